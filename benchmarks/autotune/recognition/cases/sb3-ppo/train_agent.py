"""Train a walker with Stable-Baselines3."""
import argparse
from typing import Callable

import gymnasium as gym
from stable_baselines3 import PPO
from stable_baselines3.common.env_util import make_vec_env
from stable_baselines3.common.evaluation import evaluate_policy
from stable_baselines3.common.vec_env import VecNormalize


def linear(start: float) -> Callable[[float], float]:
    return lambda left: left * start


def parse():
    parser = argparse.ArgumentParser()
    parser.add_argument("--env", default="BipedalWalker-v3")
    parser.add_argument("--timesteps", type=int, default=2_000_000)
    parser.add_argument("--n-envs", type=int, default=16)
    parser.add_argument("--lr", type=float, default=3e-4)
    parser.add_argument("--n-steps", type=int, default=1024)
    parser.add_argument("--batch-size", type=int, default=64)
    parser.add_argument("--n-epochs", type=int, default=10)
    parser.add_argument("--gamma", type=float, default=0.99)
    parser.add_argument("--gae-lambda", type=float, default=0.95)
    parser.add_argument("--clip-range", type=float, default=0.18)
    parser.add_argument("--ent-coef", type=float, default=0.0)
    parser.add_argument("--vf-coef", type=float, default=0.5)
    parser.add_argument("--eval-episodes", type=int, default=20)
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--tensorboard", default=None)
    return parser.parse_args()


def main():
    args = parse()
    env = VecNormalize(make_vec_env(args.env, n_envs=args.n_envs, seed=args.seed))
    model = PPO(
        "MlpPolicy",
        env,
        learning_rate=linear(args.lr),
        n_steps=args.n_steps,
        batch_size=args.batch_size,
        n_epochs=args.n_epochs,
        gamma=args.gamma,
        gae_lambda=args.gae_lambda,
        clip_range=args.clip_range,
        ent_coef=args.ent_coef,
        vf_coef=args.vf_coef,
        seed=args.seed,
        tensorboard_log=args.tensorboard,
        verbose=0,
    )
    model.learn(total_timesteps=args.timesteps)
    mean, std = evaluate_policy(model, gym.make(args.env), n_eval_episodes=args.eval_episodes)
    print(f"mean_reward={mean:.2f} +/- {std:.2f}")
    model.save("walker")


if __name__ == "__main__":
    main()
