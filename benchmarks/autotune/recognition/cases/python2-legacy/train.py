# Character language model, from before the snake grew up. Run with the old interpreter.
import argparse
import cPickle as pickle

import numpy as np
import theano

parser = argparse.ArgumentParser()
parser.add_argument('--text', default='input.txt')
parser.add_argument('--learning-rate', type=float, default=0.1)
parser.add_argument('--hidden-size', type=int, default=100)
parser.add_argument('--seq-length', type=int, default=25)
args = parser.parse_args()

data = open(args.text, 'r').read()
chars = list(set(data))
print 'data has %d characters, %d unique.' % (len(data), len(chars))

smooth_loss = -np.log(1.0 / len(chars)) * args.seq_length
n = 0
while n < 100000:
    loss = step(data, n, args)
    smooth_loss = smooth_loss * 0.999 + loss * 0.001
    if n % 1000 == 0:
        print 'iter %d, loss: %f' % (n, smooth_loss)
    n += 1
