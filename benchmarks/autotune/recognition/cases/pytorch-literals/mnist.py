"""A first network. Everything is written where it is used."""
import torch
import torch.nn as nn
import torch.optim as optim
from torchvision import datasets, transforms

device = "cuda" if torch.cuda.is_available() else "cpu"
batch_size = 64
learning_rate = 1e-3
num_epochs = 5

transform = transforms.Compose([transforms.ToTensor(), transforms.Normalize((0.1307,), (0.3081,))])
train = torch.utils.data.DataLoader(datasets.MNIST("data", True, transform, download=True), batch_size, shuffle=True)
test = torch.utils.data.DataLoader(datasets.MNIST("data", False, transform), 1000)

net = nn.Sequential(nn.Flatten(), nn.Linear(784, 128), nn.ReLU(), nn.Dropout(0.2), nn.Linear(128, 10)).to(device)
optimizer = optim.Adam(net.parameters(), lr=learning_rate)
criterion = nn.CrossEntropyLoss()

for epoch in range(num_epochs):
    net.train()
    running_loss = 0.0
    for images, labels in train:
        optimizer.zero_grad()
        loss = criterion(net(images.to(device)), labels.to(device))
        loss.backward()
        optimizer.step()
        running_loss += loss.item()
    print(f"Epoch {epoch + 1}, Loss: {running_loss / len(train):.4f}")

net.eval()
correct = 0
with torch.no_grad():
    for images, labels in test:
        correct += (net(images.to(device)).argmax(1).cpu() == labels).sum().item()
print(f"Accuracy on the test set: {100 * correct / 10000:.2f}%")
