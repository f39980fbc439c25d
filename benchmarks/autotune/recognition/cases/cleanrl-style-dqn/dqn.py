"""Deep Q-learning, argparse in the older CleanRL manner."""
import argparse
import random
import time
from distutils.util import strtobool

import gym
import numpy as np
import torch
import torch.nn as nn
import torch.nn.functional as F


def parse_args():
    parser = argparse.ArgumentParser()
    parser.add_argument("--exp-name", type=str, default="dqn")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--cuda", type=lambda x: bool(strtobool(x)), default=True, nargs="?", const=True)
    parser.add_argument("--track", type=lambda x: bool(strtobool(x)), default=False, nargs="?", const=True)
    parser.add_argument("--env-id", type=str, default="Acrobot-v1")
    parser.add_argument("--total-timesteps", type=int, default=200000)
    parser.add_argument("--learning-rate", type=float, default=5e-4)
    parser.add_argument("--buffer-size", type=int, default=20000)
    parser.add_argument("--gamma", type=float, default=0.99)
    parser.add_argument("--target-network-frequency", type=int, default=500)
    parser.add_argument("--batch-size", type=int, default=64)
    parser.add_argument("--start-e", type=float, default=1)
    parser.add_argument("--end-e", type=float, default=0.02)
    parser.add_argument("--exploration-fraction", type=float, default=0.3)
    parser.add_argument("--learning-starts", type=int, default=1000)
    parser.add_argument("--train-frequency", type=int, default=4)
    args = parser.parse_args()
    return args


class QNetwork(nn.Module):
    def __init__(self, n_in, n_out):
        super().__init__()
        self.network = nn.Sequential(nn.Linear(n_in, 120), nn.ReLU(), nn.Linear(120, 84), nn.ReLU(), nn.Linear(84, n_out))

    def forward(self, x):
        return self.network(x)


def epsilon(step, args):
    slope = (args.end_e - args.start_e) / (args.exploration_fraction * args.total_timesteps)
    return max(slope * step + args.start_e, args.end_e)


if __name__ == "__main__":
    args = parse_args()
    run_name = f"{args.env_id}__{args.exp_name}__{args.seed}__{int(time.time())}"
    if args.track:
        import wandb

        wandb.init(name=run_name, config=vars(args))
    random.seed(args.seed)
    torch.manual_seed(args.seed)
    device = torch.device("cuda" if torch.cuda.is_available() and args.cuda else "cpu")
    env = gym.wrappers.RecordEpisodeStatistics(gym.make(args.env_id))
    q = QNetwork(env.observation_space.shape[0], env.action_space.n).to(device)
    target = QNetwork(env.observation_space.shape[0], env.action_space.n).to(device)
    target.load_state_dict(q.state_dict())
    optimizer = torch.optim.Adam(q.parameters(), lr=args.learning_rate)
    memory = []
    obs = env.reset()
    for step in range(args.total_timesteps):
        explore = random.random() < epsilon(step, args)
        action = env.action_space.sample() if explore else q(torch.as_tensor(obs, device=device)).argmax().item()
        following, reward, done, info = env.step(action)
        if "episode" in info:
            print(f"global_step={step}, episodic_return={info['episode']['r']}")
        memory = (memory + [(obs, action, reward, following, done)])[-args.buffer_size :]
        obs = env.reset() if done else following
        if step > args.learning_starts and step % args.train_frequency == 0:
            o, a, r, n, d = (torch.as_tensor(np.array(c), device=device) for c in zip(*random.sample(memory, args.batch_size)))
            with torch.no_grad():
                goal = r + args.gamma * target(n).max(1).values * (1 - d.float())
            loss = F.mse_loss(q(o).gather(1, a[:, None]).squeeze(1), goal)
            optimizer.zero_grad()
            loss.backward()
            optimizer.step()
        if step % args.target_network_frequency == 0:
            target.load_state_dict(q.state_dict())
