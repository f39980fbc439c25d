"""Train a temporal network from a JSON file: python main.py -c configs/electricity.json"""
import argparse
import json

from trainer import Trainer


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("-c", "--config", required=True, help="JSON file")
    parser.add_argument("--device", default="cpu")
    args = parser.parse_args()
    with open(args.config) as stream:
        config = json.load(stream)
    Trainer(config, args.device).run()


if __name__ == "__main__":
    main()
