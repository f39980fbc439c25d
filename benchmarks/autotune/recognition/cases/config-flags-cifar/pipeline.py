import tensorflow as tf


def load(batch_size):
    (x, y), (tx, ty) = tf.keras.datasets.cifar10.load_data()
    make = tf.data.Dataset.from_tensor_slices
    return make((x / 255.0, y)).shuffle(50000).batch(batch_size), make((tx / 255.0, ty)).batch(500)
