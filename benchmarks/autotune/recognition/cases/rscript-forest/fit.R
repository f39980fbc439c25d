# Gradient boosting for insurance claims; called as
#   Rscript fit.R --data claims.csv --eta 0.05 --max-depth 4 --nrounds 400
suppressPackageStartupMessages({
  library(optparse)
  library(xgboost)
})

option_list <- list(
  make_option("--data", type = "character"),
  make_option("--eta", type = "double", default = 0.1),
  make_option("--max-depth", type = "integer", default = 6, dest = "max_depth"),
  make_option("--subsample", type = "double", default = 1),
  make_option("--nrounds", type = "integer", default = 100),
  make_option("--seed", type = "integer", default = 1)
)
opt <- parse_args(OptionParser(option_list = option_list))
set.seed(opt$seed)

claims <- read.csv(opt$data)
rows <- sample(nrow(claims), 0.8 * nrow(claims))
x <- as.matrix(claims[, setdiff(names(claims), "amount")])
dtrain <- xgb.DMatrix(x[rows, ], label = claims$amount[rows])
dval <- xgb.DMatrix(x[-rows, ], label = claims$amount[-rows])

model <- xgb.train(
  params = list(eta = opt$eta, max_depth = opt$max_depth, subsample = opt$subsample, objective = "reg:tweedie"),
  data = dtrain, nrounds = opt$nrounds, verbose = 0
)
rmse <- sqrt(mean((predict(model, dval) - claims$amount[-rows])^2))
cat(sprintf("validation rmse: %.4f\n", rmse))
