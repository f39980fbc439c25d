"""A small network in JAX for handwritten digits; absl flags."""
import time

import jax
import jax.numpy as jnp
import numpy as np
import optax
from absl import app, flags, logging
from flax import linen as nn
from sklearn.datasets import load_digits

FLAGS = flags.FLAGS

flags.DEFINE_float("learning_rate", 1e-3, "Peak learning rate.", lower_bound=0.0)
flags.DEFINE_float("weight_decay", 1e-4, "Decoupled weight decay.")
flags.DEFINE_integer("batch_size", 128, "Examples per step.")
flags.DEFINE_integer("num_steps", 3000, "Training steps.")
flags.DEFINE_integer("warmup_steps", 100, "Linear warm-up.")
flags.DEFINE_integer("width", 128, "Units of a layer.")
flags.DEFINE_float("dropout_rate", 0.1, "Dropout.")
flags.DEFINE_integer("eval_every", 250, "Steps between two evaluations.")
flags.DEFINE_string("workdir", "/tmp/digits", "Where checkpoints go.")
flags.DEFINE_enum("activation", "relu", ["relu", "gelu", "tanh"], "Nonlinearity.")
flags.DEFINE_boolean("jit", True, "Compile the step.")
flags.DEFINE_integer("seed", 0, "Seed.")


class Net(nn.Module):
    width: int
    rate: float
    act: str

    @nn.compact
    def __call__(self, x, train):
        for _ in range(2):
            x = getattr(nn, self.act)(nn.Dense(self.width)(x))
            x = nn.Dropout(self.rate, deterministic=not train)(x)
        return nn.Dense(10)(x)


def main(_):
    digits = load_digits()
    order = np.random.RandomState(0).permutation(len(digits.target))
    x, y = digits.data[order] / 16.0, digits.target[order]
    x_val, y_val, x, y = x[:400], y[:400], x[400:], y[400:]
    net = Net(FLAGS.width, FLAGS.dropout_rate, FLAGS.activation)
    key = jax.random.PRNGKey(FLAGS.seed)
    params = net.init(key, x[:1], False)
    schedule = optax.warmup_cosine_decay_schedule(0.0, FLAGS.learning_rate, FLAGS.warmup_steps, FLAGS.num_steps)
    tx = optax.adamw(schedule, weight_decay=FLAGS.weight_decay)
    opt_state = tx.init(params)

    def loss_fn(params, bx, by, key):
        logits = net.apply(params, bx, True, rngs={"dropout": key})
        return optax.softmax_cross_entropy_with_integer_labels(logits, by).mean()

    def step(params, opt_state, bx, by, key):
        loss, grads = jax.value_and_grad(loss_fn)(params, bx, by, key)
        updates, opt_state = tx.update(grads, opt_state, params)
        return optax.apply_updates(params, updates), opt_state, loss

    step = jax.jit(step) if FLAGS.jit else step
    started = time.time()
    for i in range(FLAGS.num_steps):
        rows = np.random.randint(0, len(x), FLAGS.batch_size)
        key, sub = jax.random.split(key)
        params, opt_state, loss = step(params, opt_state, x[rows], y[rows], sub)
        if (i + 1) % FLAGS.eval_every == 0:
            accuracy = jnp.mean(net.apply(params, x_val, False).argmax(-1) == y_val)
            logging.info("step: %d, train_loss: %.4f, val_accuracy: %.4f, seconds: %.1f",
                         i + 1, loss, accuracy, time.time() - started)


if __name__ == "__main__":
    app.run(main)
