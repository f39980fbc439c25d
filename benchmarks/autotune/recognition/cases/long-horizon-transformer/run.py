"""Long-horizon forecasting with a transformer; the usual family of options."""
import argparse

import numpy as np
import torch

from exp import Experiment

parser = argparse.ArgumentParser(description="Transformer forecasting")
# basic
parser.add_argument("--is_training", type=int, default=1, help="status")
parser.add_argument("--model_id", type=str, default="weather_96", help="model id")
parser.add_argument("--model", type=str, default="Transformer")
# data
parser.add_argument("--root_path", type=str, default="./weather/")
parser.add_argument("--features", type=str, default="M", choices=["M", "S", "MS"])
parser.add_argument("--freq", type=str, default="h")
parser.add_argument("--checkpoints", type=str, default="./checkpoints/")
# task
parser.add_argument("--seq_len", type=int, default=96, help="input sequence length")
parser.add_argument("--label_len", type=int, default=48, help="start token length")
parser.add_argument("--pred_len", type=int, default=96, help="prediction sequence length")
# network
parser.add_argument("--enc_in", type=int, default=21, help="encoder input size")
parser.add_argument("--c_out", type=int, default=21, help="output size")
parser.add_argument("--d_model", type=int, default=256, help="dimension of model")
parser.add_argument("--n_heads", type=int, default=8, help="num of heads")
parser.add_argument("--e_layers", type=int, default=2, help="num of encoder layers")
parser.add_argument("--d_ff", type=int, default=1024, help="dimension of fcn")
parser.add_argument("--dropout", type=float, default=0.05)
parser.add_argument("--activation", type=str, default="gelu")
# optimization
parser.add_argument("--num_workers", type=int, default=10, help="data loader num workers")
parser.add_argument("--itr", type=int, default=1, help="experiments times")
parser.add_argument("--train_epochs", type=int, default=10)
parser.add_argument("--batch_size", type=int, default=32)
parser.add_argument("--patience", type=int, default=3, help="early stopping patience")
parser.add_argument("--learning_rate", type=float, default=0.0001, help="optimizer learning rate")
parser.add_argument("--lradj", type=str, default="type1", help="adjust learning rate")
parser.add_argument("--use_gpu", type=bool, default=True)
parser.add_argument("--gpu", type=int, default=0)
args = parser.parse_args()

torch.manual_seed(2021)
np.random.seed(2021)
args.use_gpu = bool(torch.cuda.is_available() and args.use_gpu)
for i in range(args.itr):
    exp = Experiment(args)
    if args.is_training:
        exp.train(f"{args.model_id}_{args.model}_sl{args.seq_len}_pl{args.pred_len}_{i}")
    exp.test()
