"""The overview of a network: lines, boxes, heat maps, and what is rejected."""

import math
import re
import struct
import xml.etree.ElementTree as ET
import zlib
from base64 import b64decode

import numpy as np
import pytest

from autograd_scalar import DataError, OperandError, ShapeError
from nn import MLP, half_squared_error, overview

SVG = "{http://www.w3.org/2000/svg}"


@pytest.fixture
def net():
    return MLP(2, [3, 1], activation="tanh", rng=1)


def parsed(picture):
    return ET.fromstring(picture.svg)


def lines(picture):
    return {
        path.get("data-weight"): path
        for path in parsed(picture).iter(f"{SVG}path")
        if path.get("data-weight")
    }


def thickness(path):
    return float(re.fullmatch(r"stroke-width:([\d.]+)px", path.get("style"))[1])


def pixels(image):
    """Rows of (red, green, blue, alpha), read without the code under test."""
    raw = b64decode(image.get("href").partition(",")[2])
    assert raw[:8] == b"\x89PNG\r\n\x1a\n"
    place, data = 8, {}
    while place < len(raw):
        length, kind = struct.unpack(">I4s", raw[place : place + 8])
        content = raw[place + 8 : place + 8 + length]
        (check,) = struct.unpack(">I", raw[place + 8 + length : place + 12 + length])
        assert check == zlib.crc32(kind + content)
        data[kind] = content
        place += 12 + length
    width, height, depth, colours = struct.unpack(">IIBB", data[b"IHDR"][:10])
    assert (depth, colours) == (8, 6)
    rows = zlib.decompress(data[b"IDAT"])
    step = 4 * width + 1
    assert len(rows) == height * step
    return [
        [tuple(rows[y * step + 1 + 4 * x :][:4]) for x in range(width)]
        for y in range(height)
    ]


def test_each_weight_has_a_line_by_sign_and_size(net):
    weights = [
        (f"{number}:{j}:{k}", w)
        for number, layer in enumerate(net.layers, 1)
        for j, neuron in enumerate(layer.neurons)
        for k, w in enumerate(neuron.w)
    ]
    weights[0][1].data = 0.0
    weights[1][1].data = -2.0
    weights[2][1].data = math.inf
    found = lines(overview(net))
    assert list(found) == [name for name, _ in weights]
    assert found["1:0:0"].get("class") == "l zero"
    assert found["1:0:1"].get("class") == "l neg"
    assert found["1:1:0"].get("class") == "l bad"
    assert thickness(found["1:0:0"]) < thickness(found["2:0:0"])
    assert thickness(found["2:0:0"]) < thickness(found["1:0:1"]) == 5.0
    assert found["1:0:1"].find(f"{SVG}title").text == "W1[0,1] = -2.0"
    assert {css.get("class") for css in found.values()} >= {"l pos", "l neg"}


def test_adjoints_are_dashed_until_they_are_computed(net):
    before = lines(overview(net, lines="adjoints"))
    assert {path.get("class") for path in before.values()} == {"l none"}
    half_squared_error(net([0.5, -1.0]), 1.0).backward()
    picture = overview(net, lines="adjoints")
    w = net.layers[1].neurons[0].w[2]
    path = lines(picture)["2:0:2"]
    assert path.get("class") == ("l pos" if w.grad > 0 else "l neg")
    assert f"grad = {w.grad!r}" in path.find(f"{SVG}title").text
    assert "lines by adjoint" in picture.alt
    assert "adjoint of the weight, dashed" in picture.svg


def test_a_heat_map_shows_the_activation_over_the_plane(net):
    images = list(parsed(overview(net, bounds=(-2, 3))).iter(f"{SVG}image"))
    assert len(images) == 2 + 3 + 1
    first, second = pixels(images[0]), pixels(images[1])
    blue, orange = (0, 114, 178), (213, 94, 0)
    for row in first:  # a0[0] grows to the right, and is 3 at most
        assert row[0][:3] == orange
        assert row[-1] == (*blue, 255)
    assert [row[5][:3] for row in second[:2]] == [blue] * 2  # a0[1] grows upwards
    assert second[-1][5][:3] == orange
    output = pixels(images[-1])
    cells = len(output)
    step = 5 / cells
    values = [
        [
            net([-2 + (i + 0.5) * step, 3 - (row + 0.5) * step]).data
            for i in range(cells)
        ]
        for row in range(cells)
    ]
    most = max(abs(v) for row in values for v in row)
    for seen, row in zip(output, values, strict=True):
        for pixel, v in zip(seen, row, strict=True):
            assert pixel[:3] == (blue if v > 0 else orange)
            assert abs(pixel[3] - 255 * abs(v) / most) <= 1


def test_what_is_not_finite_is_left_clear(net):
    net.layers[1].neurons[0].b.data = math.nan
    images = list(parsed(overview(net)).iter(f"{SVG}image"))
    assert {alpha for row in pixels(images[-1]) for *_, alpha in row} == {0}


def test_other_networks_show_their_indices():
    picture = overview(MLP(3, [4, 5], bias=False, rng=1))
    assert not list(parsed(picture).iter(f"{SVG}image"))
    assert picture.alt == "3-4-5 network, 32 weights"
    titles = [title.text for title in parsed(picture).iter(f"{SVG}title")]
    assert titles.count("a1[3]") == titles.count("a2[4]") == titles.count("a0[2]") == 1
    texts = [text.text for text in parsed(picture).iter(f"{SVG}text")]
    assert {"inputs a0", "layer 1", "outputs a2"} <= set(texts)


def test_nothing_overlaps_and_all_is_inside():
    picture = parsed(overview(MLP(2, [8, 3, 2], rng=1)))
    boxes = [
        tuple(float(r.get(key)) for key in ("x", "y", "width", "height"))
        for r in picture.iter(f"{SVG}rect")
        if r.get("class") == "box"
    ]
    assert len(boxes) == 2 + 8 + 3 + 2
    for i, (x, y, w, h) in enumerate(boxes):
        assert 0 <= x < x + w <= float(picture.get("width"))
        assert 0 <= y < y + h <= float(picture.get("height"))
        for other_x, other_y, _, _ in boxes[i + 1 :]:
            assert other_x >= x + w or other_y >= y + h


def test_the_graph_and_the_network_stay_as_they_were(net):
    before = [(w.data, w.has_grad, w.label) for w in net.parameters()]
    assert overview(net).svg == overview(net).svg
    assert [(w.data, w.has_grad, w.label) for w in net.parameters()] == before


def test_it_is_shown_and_saved(net, tmp_path):
    picture = overview(net)
    assert picture._repr_html_().startswith('<div style="overflow:auto"><img alt="2-3')
    path = picture.save(tmp_path / "net.SVG")
    assert path.read_text(encoding="utf-8") == picture.svg
    with pytest.raises(DataError, match=r"saved as \.svg, got 'net\.png'"):
        picture.save(tmp_path / "net.png")
    with pytest.raises(OperandError, match=r"save\(\) needs a path .* got 3"):
        picture.save(3)
    assert [entry.name for entry in tmp_path.iterdir()] == ["net.SVG"]


@pytest.mark.parametrize(
    "bounds", [(1, 1), (2, 1), (0, math.nan), (-math.inf, 1), (0, 1, 2), "ab", None, 3]
)
def test_wrong_bounds_are_told(net, bounds):
    with pytest.raises(OperandError, match="bounds= needs two numbers"):
        overview(net, bounds=bounds)


def test_what_it_cannot_draw_is_told(net):
    with pytest.raises(OperandError, match=r"needs an MLP, got float: 3\.0"):
        overview(3.0)
    for wrong in ("gradients", None, ["weights"], np.zeros(2)):
        with pytest.raises(OperandError, match='lines= is "weights" or "adjoints"'):
            overview(net, lines=wrong)
    for wide in (MLP(65, [1], rng=1), MLP(1, [65, 1], rng=1)):
        with pytest.raises(ShapeError, match="at most 64 neurons or inputs"):
            overview(wide)
    with pytest.raises(ShapeError, match=r"at most 6,000 weights, got 7,936"):
        overview(MLP(60, [64, 64], rng=1))
