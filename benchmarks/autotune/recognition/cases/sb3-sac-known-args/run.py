"""Soft actor critic on a robot arm; unknown words go to the environment."""
import argparse
import sys

from stable_baselines3 import SAC
from stable_baselines3.common.callbacks import EvalCallback
from stable_baselines3.common.monitor import Monitor

import arm_env


def main():
    parser = argparse.ArgumentParser(allow_abbrev=False)
    parser.add_argument("--total-timesteps", type=float, default=5e5)
    parser.add_argument("--learning-rate", type=float, default=7e-4)
    parser.add_argument("--buffer-size", type=int, default=300000)
    parser.add_argument("--learning-starts", type=int, default=5000)
    parser.add_argument("--batch-size", type=int, default=256)
    parser.add_argument("--tau", type=float, default=0.02)
    parser.add_argument("--gamma", type=float, default=0.98)
    parser.add_argument("--train-freq", type=int, default=8)
    parser.add_argument("--ent-coef", type=str, default="auto")
    parser.add_argument("--net-arch", type=int, nargs="+", default=[400, 300])
    parser.add_argument("--eval-freq", type=int, default=10000)
    parser.add_argument("--progress-bar", action="store_true")
    args, rest = parser.parse_known_args(sys.argv[1:])
    env = Monitor(arm_env.make(*rest))
    model = SAC(
        "MlpPolicy", env, learning_rate=args.learning_rate, buffer_size=args.buffer_size,
        learning_starts=args.learning_starts, batch_size=args.batch_size, tau=args.tau, gamma=args.gamma,
        train_freq=args.train_freq, ent_coef=args.ent_coef, policy_kwargs=dict(net_arch=args.net_arch), verbose=1,
    )
    callback = EvalCallback(Monitor(arm_env.make(*rest)), eval_freq=args.eval_freq, n_eval_episodes=10)
    model.learn(int(args.total_timesteps), callback=callback, progress_bar=args.progress_bar)


if __name__ == "__main__":
    main()
