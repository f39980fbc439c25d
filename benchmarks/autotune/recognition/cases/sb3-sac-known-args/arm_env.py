import gymnasium as gym


def make(task="reach", *_):
    return gym.make(f"Arm{task.title()}-v1")
