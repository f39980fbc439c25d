import numpy as np
import torch
from torch import nn, optim


class Net(nn.Module):
    def __init__(self, a):
        super().__init__()
        self.inp = nn.Linear(a.enc_in, a.d_model)
        layer = nn.TransformerEncoderLayer(a.d_model, a.n_heads, a.d_ff, a.dropout, a.activation, batch_first=True)
        self.enc = nn.TransformerEncoder(layer, a.e_layers)
        self.out = nn.Linear(a.d_model * a.seq_len, a.pred_len * a.c_out)
        self.shape = (a.pred_len, a.c_out)

    def forward(self, x):
        return self.out(self.enc(self.inp(x)).flatten(1)).view(-1, *self.shape)


class Experiment:
    def __init__(self, args):
        self.args = args
        self.device = torch.device(f"cuda:{args.gpu}" if args.use_gpu else "cpu")
        self.model = Net(args).float().to(self.device)

    def _data(self, flag):
        sets = torch.load(f"{self.args.root_path}/{flag}.pt")
        return torch.utils.data.DataLoader(sets, self.args.batch_size, shuffle=flag == "train", num_workers=self.args.num_workers)

    def vali(self, loader):
        self.model.eval()
        with torch.no_grad():
            return np.average([nn.functional.mse_loss(self.model(x), y).item() for x, y in loader])

    def train(self, setting):
        optimizer = optim.Adam(self.model.parameters(), lr=self.args.learning_rate)
        bad, best = 0, np.inf
        for epoch in range(self.args.train_epochs):
            losses = []
            self.model.train()
            for x, y in self._data("train"):
                optimizer.zero_grad()
                loss = nn.functional.mse_loss(self.model(x), y)
                loss.backward()
                optimizer.step()
                losses.append(loss.item())
            vali_loss = self.vali(self._data("val"))
            print("Epoch: {0} | Train Loss: {1:.7f} Vali Loss: {2:.7f}".format(epoch + 1, np.average(losses), vali_loss))
            bad, best = (0, vali_loss) if vali_loss < best else (bad + 1, best)
            if bad >= self.args.patience:
                print("Early stopping")
                break
            if self.args.lradj == "type1":
                optimizer.param_groups[0]["lr"] = self.args.learning_rate * 0.5**epoch
        torch.save(self.model.state_dict(), f"{self.args.checkpoints}/{setting}.pth")

    def test(self):
        mse = self.vali(self._data("test"))
        print("mse:{}, rmse:{}".format(mse, mse**0.5))
