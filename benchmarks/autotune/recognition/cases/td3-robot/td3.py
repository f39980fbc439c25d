import copy
import random

import numpy as np
import torch
import torch.nn.functional as F
from torch import nn


def mlp(inp, out):
    return nn.Sequential(nn.Linear(inp, 256), nn.ReLU(), nn.Linear(256, 256), nn.ReLU(), nn.Linear(256, out))


class ReplayBuffer(list):
    def add(self, *transition):
        self.append(transition)

    def sample(self, size):
        return [torch.as_tensor(np.array(c), dtype=torch.float32) for c in zip(*random.sample(self, size))]


class TD3:
    def __init__(self, states, actions, high, discount, tau, lr, policy_noise, noise_clip, policy_freq):
        self.actor, self.critic = mlp(states, actions), mlp(states + actions, 1)
        self.actor_target, self.critic_target = copy.deepcopy(self.actor), copy.deepcopy(self.critic)
        self.actor_optimizer = torch.optim.Adam(self.actor.parameters(), lr=lr)
        self.critic_optimizer = torch.optim.Adam(self.critic.parameters(), lr=lr)
        self.high, self.discount, self.tau = high, discount, tau
        self.policy_noise, self.noise_clip, self.policy_freq, self.it = policy_noise, noise_clip, policy_freq, 0

    def select_action(self, state):
        return self.high * self.actor(torch.as_tensor(state, dtype=torch.float32)).tanh().detach().numpy()

    def train(self, memory, size):
        self.it += 1
        s, a, n, r, d = memory.sample(size)
        with torch.no_grad():
            noise = (torch.randn_like(a) * self.policy_noise).clamp(-self.noise_clip, self.noise_clip)
            following = (self.actor_target(n).tanh() * self.high + noise).clamp(-self.high, self.high)
            goal = r + (1 - d) * self.discount * self.critic_target(torch.cat([n, following], 1)).squeeze(1)
        loss = F.mse_loss(self.critic(torch.cat([s, a], 1)).squeeze(1), goal)
        self.critic_optimizer.zero_grad()
        loss.backward()
        self.critic_optimizer.step()
        if self.it % self.policy_freq == 0:
            actor_loss = -self.critic(torch.cat([s, self.actor(s).tanh() * self.high], 1)).mean()
            self.actor_optimizer.zero_grad()
            actor_loss.backward()
            self.actor_optimizer.step()
            for net, target in ((self.actor, self.actor_target), (self.critic, self.critic_target)):
                for p, q in zip(net.parameters(), target.parameters()):
                    q.data.lerp_(p.data, self.tau)

    def save(self, path):
        torch.save(self.actor.state_dict(), path)

    def load(self, path):
        self.actor.load_state_dict(torch.load(path))
