"""Proximal policy optimisation in one file."""
import random
import time
from dataclasses import dataclass

import gymnasium as gym
import numpy as np
import torch
import torch.nn as nn
import tyro
from torch.distributions import Categorical


@dataclass
class Args:
    exp_name: str = "ppo_lander"
    """the name of this experiment"""
    seed: int = 3
    torch_deterministic: bool = True
    cuda: bool = True
    env_id: str = "LunarLander-v2"
    total_timesteps: int = 1_000_000
    learning_rate: float = 3e-4
    """the learning rate of the optimizer"""
    num_envs: int = 8
    num_steps: int = 256
    """the number of steps to run in each environment per policy rollout"""
    anneal_lr: bool = True
    gamma: float = 0.995
    gae_lambda: float = 0.97
    num_minibatches: int = 8
    update_epochs: int = 6
    clip_coef: float = 0.2
    ent_coef: float = 0.005
    vf_coef: float = 0.5
    max_grad_norm: float = 0.5
    hidden: int = 64
    batch_size: int = 0
    """computed at run time"""
    minibatch_size: int = 0
    """computed at run time"""


class Agent(nn.Module):
    def __init__(self, obs, actions, hidden):
        super().__init__()
        self.critic = nn.Sequential(nn.Linear(obs, hidden), nn.Tanh(), nn.Linear(hidden, 1))
        self.actor = nn.Sequential(nn.Linear(obs, hidden), nn.Tanh(), nn.Linear(hidden, actions))

    def act(self, x, action=None):
        dist = Categorical(logits=self.actor(x))
        action = dist.sample() if action is None else action
        return action, dist.log_prob(action), dist.entropy(), self.critic(x).squeeze(-1)


def advantages(rewards, values, dones, last, gamma, lam):
    out, running = torch.zeros_like(rewards), 0.0
    for t in reversed(range(len(rewards))):
        following = last if t == len(rewards) - 1 else values[t + 1]
        delta = rewards[t] + gamma * following * (1 - dones[t]) - values[t]
        running = delta + gamma * lam * (1 - dones[t]) * running
        out[t] = running
    return out


def main():
    args = tyro.cli(Args)
    args.batch_size = int(args.num_envs * args.num_steps)
    args.minibatch_size = args.batch_size // args.num_minibatches
    random.seed(args.seed)
    np.random.seed(args.seed)
    torch.manual_seed(args.seed)
    torch.backends.cudnn.deterministic = args.torch_deterministic
    device = torch.device("cuda" if torch.cuda.is_available() and args.cuda else "cpu")
    envs = gym.vector.SyncVectorEnv([lambda: gym.make(args.env_id) for _ in range(args.num_envs)])
    agent = Agent(envs.single_observation_space.shape[0], envs.single_action_space.n, args.hidden).to(device)
    optimizer = torch.optim.Adam(agent.parameters(), lr=args.learning_rate, eps=1e-5)
    started, step = time.time(), 0
    obs, _ = envs.reset(seed=args.seed)
    iterations = args.total_timesteps // args.batch_size
    for iteration in range(1, iterations + 1):
        if args.anneal_lr:
            optimizer.param_groups[0]["lr"] = (1 - (iteration - 1) / iterations) * args.learning_rate
        memory = []
        for _ in range(args.num_steps):
            x = torch.as_tensor(obs, dtype=torch.float32, device=device)
            with torch.no_grad():
                action, logp, _, value = agent.act(x)
            obs, reward, term, trunc, infos = envs.step(action.cpu().numpy())
            step += args.num_envs
            memory.append((x, action, logp, value, torch.as_tensor(reward), torch.as_tensor(term | trunc)))
            for info in infos.get("final_info", []):
                if info and "episode" in info:
                    print(f"global_step={step}, episodic_return={info['episode']['r']}")
        xs, acts, logps, values, rewards, dones = (torch.stack(c).float() for c in zip(*memory))
        adv = advantages(rewards, values, dones, values[-1], args.gamma, args.gae_lambda)
        returns = adv + values
        for _ in range(args.update_epochs):
            for rows in torch.randperm(len(xs)).split(max(1, args.minibatch_size // args.num_envs)):
                _, new, entropy, v = agent.act(xs[rows], acts[rows])
                ratio = (new - logps[rows]).exp()
                a = (adv[rows] - adv[rows].mean()) / (adv[rows].std() + 1e-8)
                pg = torch.max(-a * ratio, -a * ratio.clamp(1 - args.clip_coef, 1 + args.clip_coef)).mean()
                v_loss = 0.5 * (v - returns[rows]).pow(2).mean()
                loss = pg - args.ent_coef * entropy.mean() + args.vf_coef * v_loss
                optimizer.zero_grad()
                loss.backward()
                nn.utils.clip_grad_norm_(agent.parameters(), args.max_grad_norm)
                optimizer.step()
        print("SPS:", int(step / (time.time() - started)))


if __name__ == "__main__":
    main()
