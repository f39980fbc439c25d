"""Policy gradient with a baseline on a small control task."""
import argparse
import collections

import gymnasium as gym
import numpy as np
import torch
import torch.nn as nn
import torch.optim as optim
from torch.distributions import Categorical

p = argparse.ArgumentParser()
p.add_argument("--env", default="CartPole-v1")
p.add_argument("--gamma", type=float, default=0.98, help="discount factor")
p.add_argument("--lr", type=float, default=0.005)
p.add_argument("--entropy", type=float, default=0.01, help="weight of the entropy bonus")
p.add_argument("--hidden", type=int, default=64)
p.add_argument("--episodes", type=int, default=800)
p.add_argument("--render", action="store_true")
p.add_argument("--log-every", type=int, default=20)
p.add_argument("--seed", type=int, default=9)
args = p.parse_args()

env = gym.make(args.env, render_mode="human" if args.render else None)
torch.manual_seed(args.seed)
body = nn.Sequential(nn.Linear(env.observation_space.shape[0], args.hidden), nn.ReLU())
policy, value = nn.Linear(args.hidden, env.action_space.n), nn.Linear(args.hidden, 1)
optimizer = optim.Adam([*body.parameters(), *policy.parameters(), *value.parameters()], lr=args.lr)
recent = collections.deque(maxlen=50)
for episode in range(args.episodes):
    obs, _ = env.reset(seed=args.seed + episode)
    steps, done = [], False
    while not done:
        h = body(torch.as_tensor(obs, dtype=torch.float32))
        dist = Categorical(logits=policy(h))
        action = dist.sample()
        obs, reward, term, trunc, _ = env.step(action.item())
        steps.append((dist.log_prob(action), value(h).squeeze(), dist.entropy(), reward))
        done = term or trunc
    ret, goals = 0.0, []
    for *_, reward in reversed(steps):
        ret = reward + args.gamma * ret
        goals.insert(0, ret)
    goals = torch.tensor(goals)
    logp, v, ent = (torch.stack([s[k] for s in steps]) for k in range(3))
    loss = -(logp * (goals - v.detach())).mean() + nn.functional.smooth_l1_loss(v, goals) - args.entropy * ent.mean()
    optimizer.zero_grad()
    loss.backward()
    optimizer.step()
    recent.append(sum(s[-1] for s in steps))
    if episode % args.log_every == 0:
        print("Episode {}\tLoss: {:.3f}\tAverage reward: {:.2f}".format(episode, loss.item(), np.mean(recent)))
