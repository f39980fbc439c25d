"""Cut recordings into clips and compute mel spectra."""
import argparse
import pathlib

import librosa
import numpy as np

ap = argparse.ArgumentParser()
ap.add_argument("source", type=pathlib.Path)
ap.add_argument("target", type=pathlib.Path)
ap.add_argument("--sample-rate", type=int, default=16000)
ap.add_argument("--n-fft", type=int, default=1024)
ap.add_argument("--hop-length", type=int, default=256)
ap.add_argument("--n-mels", type=int, default=80)
ap.add_argument("--clip-seconds", type=float, default=4.0)
ap.add_argument("--val-share", type=float, default=0.1)
ap.add_argument("--overwrite", action="store_true")
args = ap.parse_args()

args.target.mkdir(parents=True, exist_ok=True)
count = 0
for path in sorted(args.source.glob("**/*.wav")):
    out = args.target / ("val" if hash(path.stem) % 100 < 100 * args.val_share else "train") / f"{path.stem}.npy"
    if out.exists() and not args.overwrite:
        continue
    wave, _ = librosa.load(path, sr=args.sample_rate)
    wave = wave[: int(args.clip_seconds * args.sample_rate)]
    mel = librosa.feature.melspectrogram(y=wave, sr=args.sample_rate, n_fft=args.n_fft, hop_length=args.hop_length, n_mels=args.n_mels)
    out.parent.mkdir(exist_ok=True)
    np.save(out, np.log(mel + 1e-6))
    count += 1
print(f"{count} clips written to {args.target}")
