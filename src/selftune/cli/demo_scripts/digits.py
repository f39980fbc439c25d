"""Train a small neural network on scikit-learn's handwritten digits (no download) and print its accuracy."""

import argparse

from sklearn.datasets import load_digits
from sklearn.model_selection import train_test_split
from sklearn.neural_network import MLPClassifier
from sklearn.preprocessing import MinMaxScaler


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--lr", type=float, default=0.001, help="learning rate of Adam")
    parser.add_argument("--batch-size", type=int, default=128, help="images for each step")
    parser.add_argument("--hidden", type=int, default=32, help="units of the hidden layer")
    parser.add_argument("--alpha", type=float, default=0.0001, help="L2 penalty")
    parser.add_argument("--epochs", type=int, default=12, help="passes over the training data")
    parser.add_argument("--seed", type=int, default=0)
    args = parser.parse_args()

    images, labels = load_digits(return_X_y=True)
    train_x, val_x, train_y, val_y = train_test_split(images, labels, test_size=0.3, random_state=0, stratify=labels)
    scaler = MinMaxScaler().fit(train_x)
    train_x, val_x = scaler.transform(train_x), scaler.transform(val_x)
    model = MLPClassifier(
        hidden_layer_sizes=(args.hidden,),
        learning_rate_init=args.lr,
        batch_size=args.batch_size,
        alpha=args.alpha,
        random_state=args.seed,
    )
    for epoch in range(1, args.epochs + 1):
        model.partial_fit(train_x, train_y, classes=range(10))
        print(f"epoch {epoch} loss={model.loss_:.4f} val_accuracy={model.score(val_x, val_y):.4f}", flush=True)


if __name__ == "__main__":
    main()
