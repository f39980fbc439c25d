"""The words of which metrics' names are made."""

from __future__ import annotations

from typing import Literal, TypeAlias

Split: TypeAlias = Literal["validation", "test", "train"]


def _words(text: str) -> frozenset[str]:
    return frozenset(text.split())


SPLITS: dict[Split, frozenset[str]] = {
    "validation": _words(
        "val valid validation validate vali dev eval evaluation evaluate holdout heldout oof cv valset devset"
    ),
    "test": _words("test testing tst te testset"),
    "train": _words("train training trn tr learn trainset"),
}
"""On which data a metric is measured; where a name has words of several, the first counts."""

SPELLINGS = {
    "acc": "accuracy",
    "accuracies": "accuracy",
    "ppl": "perplexity",
    "auroc": "auc",
    "rocauc": "auc",
    "losses": "loss",
    "err": "error",
    "mcc": "matthews",
    "rewards": "reward",
    "returns": "return",
    "rew": "reward",
    "ret": "return",
}

PHRASES = (
    ("root mean squared error", "rmse"),
    ("root mean square error", "rmse"),
    ("mean squared error", "mse"),
    ("mean square error", "mse"),
    ("mean absolute percentage error", "mape"),
    ("mean absolute error", "mae"),
    ("roc auc score", "auc"),
    ("roc auc", "auc"),
    ("auc roc", "auc"),
    ("auc score", "auc"),
    ("accuracy score", "accuracy"),
    ("prec 1", "accuracy"),
    ("prec1", "accuracy"),
    ("acc1", "accuracy"),
    ("precision 1", "accuracy"),
    ("f1 score", "f1"),
    ("f 1", "f1"),
    ("r 2", "r2"),
    ("r2 score", "r2"),
    ("log loss", "logloss"),
    ("learning rate", "lr"),
)

FILLERS = _words("the a an of on for in set dataset data s")

LOWER_IS_BETTER = _words(
    """
    loss error rmse mse mae mape smape rmsle msle wape mase medae logloss nll nloglik perplexity bpc bpb bpd deviance
    cost costs wer cer ter fid kid lpips merror mlogloss mphe divergence regret distance hamming eer entropy l1 l2 huber
    fair poisson quantile tweedie brier ece crps aer fpr fnr residual penalty inertia misclassification epe ade fde
    mpjpe
    """
)

HIGHER_IS_BETTER = _words(
    """
    accuracy auc aucpr auprc f1 f2 fbeta precision recall ap map ndcg r2 reward return psnr ssim bleu rouge rougel chrf
    meteor iou miou dice jaccard kappa matthews correlation corr spearman spearmanr pearson pearsonr likelihood elbo
    specificity sensitivity mrr hits hit lift success wins winrate profit sharpe top em cider spice silhouette tpr tnr
    gini concordance evidence pass exact pesq stoi sdr snr
    """
)

WEAKLY_HIGHER = _words("score scores match matches variance")
"""Larger is better unless another word of the name says otherwise."""

METRIC_WORDS = LOWER_IS_BETTER | HIGHER_IS_BETTER | WEAKLY_HIGHER | frozenset(SPELLINGS)
"""All words that make a name a metric's."""

OPPOSITES = _words("neg negative minus")

SECONDS = _words("time times eta elapsed sec secs seconds ms minutes hours duration runtime speed throughput fps")
"""Words of what a run takes: never a metric of the result, whatever else the name says."""

SCALES = _words("scale weight weights coef coefficient norm")
"""Last words of what scales a metric and is none."""

COUNTERS = _words(
    """
    epoch epochs ep step steps iter iters iteration iterations it round rounds batch batches minibatch episode episodes
    fold index idx id count number num total remaining progress line
    lr second minute min mins hour date timestamp
    ips flops flos memory mem gpu cpu buffer
    seed size sizes sample samples example examples rows columns shape dim width height classes length len tokens frames
    param params parameter parameters layers timesteps norm rate
    momentum dropout decay wd gamma temperature
    eps epsilon beta alpha patience
    rank world port pid version device devices cuda workers worker thread threads job jobs exit code level started
    finished found loaded using available mode modules module cores tpu gb mb kb bytes trees leaves
    """
)
"""Words of numbers that count, measure or set up the run itself."""
