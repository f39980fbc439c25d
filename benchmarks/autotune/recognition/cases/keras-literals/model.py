"""Bike rentals by the hour: everything is written in the code."""
import numpy as np
import pandas as pd
from tensorflow import keras
from tensorflow.keras import layers

HOURS = 48
BATCH_SIZE = 32
EPOCHS = 50
UNITS = 64
LEARNING_RATE = 0.001

frame = pd.read_csv("hour.csv")
values = frame["cnt"].to_numpy("float32")
values = (values - values.mean()) / values.std()
x = np.stack([values[i : i + HOURS] for i in range(len(values) - HOURS)])[..., None]
y = values[HOURS:]
cut = int(0.8 * len(x))

model = keras.Sequential([
    layers.Input((HOURS, 1)),
    layers.LSTM(UNITS, dropout=0.1),
    layers.Dense(32, activation="relu"),
    layers.Dense(1),
])
model.compile(optimizer=keras.optimizers.Adam(LEARNING_RATE), loss="mse", metrics=["mae"])
model.fit(x[:cut], y[:cut], batch_size=BATCH_SIZE, epochs=EPOCHS, validation_data=(x[cut:], y[cut:]))
model.save("bikes.keras")
