"""Convolutional network for fashion images in Keras."""
import argparse
import os

os.environ["TF_CPP_MIN_LOG_LEVEL"] = "2"

import keras
from keras import layers


def parse():
    parser = argparse.ArgumentParser()
    parser.add_argument("--epochs", type=int, default=15)
    parser.add_argument("--batch_size", type=int, default=64)
    parser.add_argument("--learning_rate", type=float, default=1e-3)
    parser.add_argument("--optimizer", choices=["adam", "sgd", "rmsprop"], default="adam")
    parser.add_argument("--filters", type=int, default=32)
    parser.add_argument("--dense_units", type=int, default=128)
    parser.add_argument("--dropout", type=float, default=0.25)
    parser.add_argument("--patience", type=int, default=3)
    parser.add_argument("--augment", action="store_true")
    parser.add_argument("--model_dir", type=str, default=".")
    return parser.parse_args()


def build(args):
    model = keras.Sequential([keras.Input((28, 28, 1))])
    if args.augment:
        model.add(layers.RandomTranslation(0.1, 0.1))
    model.add(layers.Conv2D(args.filters, 3, activation="relu"))
    model.add(layers.MaxPooling2D())
    model.add(layers.Conv2D(2 * args.filters, 3, activation="relu"))
    model.add(layers.MaxPooling2D())
    model.add(layers.Flatten())
    model.add(layers.Dropout(args.dropout))
    model.add(layers.Dense(args.dense_units, activation="relu"))
    model.add(layers.Dense(10, activation="softmax"))
    optimizer = keras.optimizers.get({"class_name": args.optimizer, "config": {"learning_rate": args.learning_rate}})
    model.compile(optimizer=optimizer, loss="sparse_categorical_crossentropy", metrics=["accuracy"])
    return model


def main():
    args = parse()
    (x, y), (tx, ty) = keras.datasets.fashion_mnist.load_data()
    x, tx = x[..., None] / 255.0, tx[..., None] / 255.0
    model = build(args)
    model.fit(
        x, y,
        batch_size=args.batch_size,
        epochs=args.epochs,
        validation_split=0.1,
        verbose=2,
        callbacks=[keras.callbacks.EarlyStopping(patience=args.patience, restore_best_weights=True)],
    )
    loss, accuracy = model.evaluate(tx, ty, verbose=0)
    print("Test loss:", loss)
    print("Test accuracy:", accuracy)
    model.save(os.path.join(args.model_dir, "fashion.keras"))


if __name__ == "__main__":
    main()
