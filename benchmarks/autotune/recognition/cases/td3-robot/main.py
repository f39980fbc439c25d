"""Twin delayed deep deterministic policy gradients on a robot task."""
import argparse
import os

import gymnasium as gym
import numpy as np
import torch

from td3 import TD3, ReplayBuffer


def eval_policy(policy, env_name, seed, eval_episodes=10):
    env = gym.make(env_name)
    total = 0.0
    for i in range(eval_episodes):
        state, _ = env.reset(seed=seed + 100 + i)
        done = False
        while not done:
            state, reward, term, trunc, _ = env.step(policy.select_action(state))
            total += reward
            done = term or trunc
    total /= eval_episodes
    print("---------------------------------------")
    print(f"Evaluation over {eval_episodes} episodes: {total:.3f}")
    print("---------------------------------------")
    return total


if __name__ == "__main__":
    parser = argparse.ArgumentParser()
    parser.add_argument("--env", default="HalfCheetah-v4")
    parser.add_argument("--seed", default=0, type=int)
    parser.add_argument("--start_timesteps", default=25e3, type=int)
    parser.add_argument("--eval_freq", default=5e3, type=int)
    parser.add_argument("--max_timesteps", default=1e6, type=int)
    parser.add_argument("--expl_noise", default=0.1, type=float)
    parser.add_argument("--batch_size", default=256, type=int)
    parser.add_argument("--discount", default=0.99, type=float)
    parser.add_argument("--tau", default=0.005, type=float)
    parser.add_argument("--lr", default=3e-4, type=float)
    parser.add_argument("--policy_noise", default=0.2)
    parser.add_argument("--noise_clip", default=0.5)
    parser.add_argument("--policy_freq", default=2, type=int)
    parser.add_argument("--save_model", action="store_true")
    parser.add_argument("--load_model", default="")
    args = parser.parse_args()
    env = gym.make(args.env)
    torch.manual_seed(args.seed)
    high = float(env.action_space.high[0])
    policy = TD3(env.observation_space.shape[0], env.action_space.shape[0], high, args.discount, args.tau, args.lr,
                 args.policy_noise * high, args.noise_clip * high, args.policy_freq)
    if args.load_model:
        policy.load(args.load_model)
    memory = ReplayBuffer()
    state, _ = env.reset(seed=args.seed)
    for t in range(int(args.max_timesteps)):
        if t < args.start_timesteps:
            action = env.action_space.sample()
        else:
            noise = np.random.normal(0, high * args.expl_noise, size=env.action_space.shape[0])
            action = (policy.select_action(state) + noise).clip(-high, high)
        following, reward, term, trunc, _ = env.step(action)
        memory.add(state, action, following, reward, term)
        state = env.reset()[0] if term or trunc else following
        if t >= args.start_timesteps:
            policy.train(memory, args.batch_size)
        if (t + 1) % args.eval_freq == 0:
            eval_policy(policy, args.env, args.seed)
            if args.save_model:
                policy.save(os.path.join("models", args.env))
