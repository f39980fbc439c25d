"""Link prediction with translational embeddings."""
import argparse
import logging

import numpy as np
import torch

from kge import TransE, load_triples, ranks


def parse_args(args=None):
    parser = argparse.ArgumentParser(description="Training knowledge graph embeddings", usage="main.py [<args>] [-h | --help]")
    parser.add_argument("--data_path", type=str, default="FB15k")
    parser.add_argument("-n", "--negative_sample_size", default=128, type=int)
    parser.add_argument("-d", "--hidden_dim", default=500, type=int)
    parser.add_argument("-g", "--margin", default=12.0, type=float)
    parser.add_argument("-adv", "--negative_adversarial_sampling", action="store_true")
    parser.add_argument("-a", "--adversarial_temperature", default=1.0, type=float)
    parser.add_argument("-b", "--batch_size", default=1024, type=int)
    parser.add_argument("-r", "--regularization", default=0.0, type=float)
    parser.add_argument("-lr", "--learning_rate", default=0.0001, type=float)
    parser.add_argument("-cpu", "--cpu_num", default=10, type=int)
    parser.add_argument("-save", "--save_path", default=None, type=str)
    parser.add_argument("--max_steps", default=100000, type=int)
    parser.add_argument("--valid_steps", default=10000, type=int)
    parser.add_argument("--test_batch_size", default=16, type=int, help="valid/test batch size")
    parser.add_argument("--nentity", type=int, default=0, help="DO NOT MANUALLY SET")
    parser.add_argument("--nrelation", type=int, default=0, help="DO NOT MANUALLY SET")
    return parser.parse_args(args)


def log_metrics(mode, step, metrics):
    for metric in metrics:
        logging.info("%s %s at step %d: %f" % (mode, metric, step, metrics[metric]))


def main(args):
    logging.basicConfig(level=logging.INFO)
    train, valid, args.nentity, args.nrelation = load_triples(args.data_path)
    model = TransE(args.nentity, args.nrelation, args.hidden_dim, args.margin)
    optimizer = torch.optim.Adam(model.parameters(), lr=args.learning_rate)
    for step in range(args.max_steps):
        rows = torch.randint(0, len(train), (args.batch_size,))
        negatives = torch.randint(0, args.nentity, (args.batch_size, args.negative_sample_size))
        temperature = args.adversarial_temperature if args.negative_adversarial_sampling else 0.0
        loss = model.loss(train[rows], negatives, temperature) + args.regularization * model.norm()
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
        if (step + 1) % args.valid_steps == 0:
            found = ranks(model, valid, args.test_batch_size)
            log_metrics("Valid", step + 1, {"MRR": np.mean(1 / found), "HITS@10": np.mean(found <= 10)})
    if args.save_path:
        torch.save(model.state_dict(), args.save_path)


if __name__ == "__main__":
    main(parse_args())
