"""Train an acoustic model with CTC; configured with Hydra."""
import logging

import hydra
import torch
from hydra.utils import to_absolute_path
from omegaconf import DictConfig, OmegaConf

from asr.corpus import make_loaders
from asr.decode import greedy, word_error_rate

log = logging.getLogger(__name__)


def make_optimizer(cfg, parameters):
    if cfg.name == "adamw":
        return torch.optim.AdamW(parameters, lr=cfg.lr, betas=tuple(cfg.betas), weight_decay=cfg.weight_decay)
    return torch.optim.SGD(parameters, lr=cfg.lr, momentum=0.9)


class Acoustic(torch.nn.Module):
    def __init__(self, features, tokens, hidden_size, num_layers, dropout):
        super().__init__()
        self.rnn = torch.nn.GRU(features, hidden_size, num_layers, dropout=dropout, bidirectional=True, batch_first=True)
        self.out = torch.nn.Linear(2 * hidden_size, tokens)

    def forward(self, x):
        return self.out(self.rnn(x)[0]).log_softmax(-1)


@hydra.main(version_base=None, config_path="conf", config_name="config")
def main(cfg: DictConfig) -> float:
    log.info("\n%s", OmegaConf.to_yaml(cfg))
    torch.manual_seed(cfg.seed)
    train, valid, tokens = make_loaders(to_absolute_path(cfg.data.root), cfg.data.n_mels, cfg.training.batch_size)
    net = Acoustic(cfg.data.n_mels, len(tokens), cfg.model.hidden_size, cfg.model.num_layers, cfg.model.dropout)
    optimizer = make_optimizer(cfg.optimizer, net.parameters())
    scheduler = torch.optim.lr_scheduler.OneCycleLR(
        optimizer, cfg.optimizer.lr, epochs=cfg.training.max_epochs, steps_per_epoch=len(train), pct_start=cfg.training.warmup_fraction
    )
    ctc = torch.nn.CTCLoss(blank=0, zero_infinity=True)
    best = 1.0
    for epoch in range(cfg.training.max_epochs):
        net.train()
        for x, y, x_len, y_len in train:
            loss = ctc(net(x).transpose(0, 1), y, x_len, y_len)
            optimizer.zero_grad()
            loss.backward()
            torch.nn.utils.clip_grad_norm_(net.parameters(), cfg.training.grad_clip)
            optimizer.step()
            scheduler.step()
        net.eval()
        with torch.no_grad():
            wer = word_error_rate([(greedy(net(x), tokens), y) for x, y, _, _ in valid])
        best = min(best, wer)
        log.info(f"epoch {epoch}: train loss {loss.item():.3f}, valid wer {wer:.4f}, best {best:.4f}")
    return best


if __name__ == "__main__":
    main()
