"""The 24 noiseless BBOB functions (Hansen, Finck, Ros, Auger: INRIA RR-6829, 2009), instances as in COCO.

Names follow the report: `x_opt`, `f_opt`, the rotations `R` and `Q`, `t_osz` and `t_asy` (T_osz, T_asy), `scaling`
(the diagonal of Lambda^alpha) and `penalty` (f_pen). Instances come from the generators of the report's original
code, so that values agree with COCO's. Indices count from 0.
"""

import math

import numpy as np

BOX = 5.0


def uniform(count, seed):
    """The report's generator: Park and Miller's (16807, 2^31 - 1) with a shuffle table of 32."""
    state = max(1, abs(int(seed)))

    def advance(state):
        high = state // 127773
        state = 16807 * (state - high * 127773) - 2836 * high
        return state + 2147483647 if state < 0 else state

    table = [0] * 32
    for i in range(39, -1, -1):
        state = advance(state)
        if i < 32:
            table[i] = state
    drawn = table[0]
    numbers = np.empty(count)
    for i in range(count):
        state = advance(state)
        slot = drawn // 67108865
        drawn = table[slot]
        table[slot] = state
        numbers[i] = drawn / 2.147483647e9
    numbers[numbers == 0] = 1e-99
    return numbers


def gauss(count, seed):
    u = uniform(2 * count, seed)
    normal = np.sqrt(-2 * np.log(u[:count])) * np.cos(2 * np.pi * u[count:])
    normal[normal == 0] = 1e-99
    return normal


def rotation(seed, dimension):
    """Gram-Schmidt on the columns of a normal matrix."""
    matrix = gauss(dimension * dimension, seed).reshape(dimension, dimension).T.copy()
    for i in range(dimension):
        for j in range(i):
            matrix[:, i] -= (matrix[:, i] @ matrix[:, j]) * matrix[:, j]
        matrix[:, i] /= math.sqrt(matrix[:, i] @ matrix[:, i])
    return matrix


def optimum(seed, dimension):
    x = 8 * np.floor(1e4 * uniform(dimension, seed)) / 1e4 - 4
    x[x == 0] = -1e-5
    return x


def optimal_value(function, instance):
    seed = {4: 3, 18: 17}.get(function, function) + 10000 * instance
    ratio = 100 * 100 * gauss(1, seed)[0] / gauss(1, seed + 1)[0]
    rounded = math.floor(abs(ratio) + 0.5) * (1 if ratio >= 0 else -1)  # half away from zero, as C's round
    return min(1000.0, max(-1000.0, rounded / 100))


def t_osz(x):
    """T_osz of a vector."""
    x = np.asarray(x, float)
    size = np.log(np.where(x == 0, 1, np.abs(x)))
    c1 = np.where(x > 0, 10, 5.5)
    c2 = np.where(x > 0, 7.9, 3.1)
    return np.sign(x) * np.exp(size + 0.049 * (np.sin(c1 * size) + np.sin(c2 * size)))


def t_asy(x, beta):
    steps = np.arange(len(x)) / (len(x) - 1)
    root = np.sqrt(np.maximum(x, 0))
    return np.where(x > 0, np.maximum(x, 1e-300) ** (1 + beta * steps * root), x)


def scaling(alpha, dimension):
    return alpha ** (0.5 * np.arange(dimension) / (dimension - 1))


def penalty(x):
    return float(np.sum(np.maximum(0, np.abs(x) - BOX) ** 2))


def rosenbrock(z):
    return float(np.sum(100 * (z[:-1] ** 2 - z[1:]) ** 2 + (z[:-1] - 1) ** 2))


def rastrigin(z):
    return float(10 * (len(z) - np.sum(np.cos(2 * np.pi * z))) + z @ z)


class Bbob:
    """`Bbob(function, instance, dimension)(x)`; `f_opt` is the least value, at `x_opt` (None where it is not given)."""

    def __init__(self, function, instance, dimension):
        self.function, self.instance, self.dimension = function, instance, dimension
        self.f_opt = optimal_value(function, instance)
        seed = {4: 3, 18: 17}.get(function, function) + 10000 * instance
        self.x_opt = optimum(seed, dimension)
        self.steps = np.arange(dimension) / (dimension - 1)
        self.R = rotation(seed + 1000000, dimension)
        self.Q = rotation(seed, dimension)
        self.factor = max(1.0, math.sqrt(dimension) / 8)
        getattr(self, f"_prepare{function}", lambda seed: None)(seed)
        self._value = getattr(self, f"_f{function}")

    def __call__(self, x):
        return self._value(np.asarray(x, float)) + self.f_opt

    def _f1(self, x):
        z = x - self.x_opt
        return float(z @ z)

    def _f2(self, x):
        return float(10 ** (6 * self.steps) @ t_osz(x - self.x_opt) ** 2)

    def _f3(self, x):
        return rastrigin(scaling(10, self.dimension) * t_asy(t_osz(x - self.x_opt), 0.2))

    def _prepare4(self, seed):
        self.x_opt[::2] = np.abs(self.x_opt[::2])

    def _f4(self, x):
        z = t_osz(x - self.x_opt)
        s = scaling(10, self.dimension)
        s[::2] = np.where(z[::2] > 0, 10 * s[::2], s[::2])
        return rastrigin(s * z) + 100 * penalty(x)

    def _prepare5(self, seed):
        self.x_opt = np.where(self.x_opt < 0, -BOX, BOX)

    def _f5(self, x):
        slope = np.sign(self.x_opt) * 10**self.steps
        z = np.where(self.x_opt * x < BOX * BOX, x, self.x_opt)
        return float(np.sum(BOX * np.abs(slope) - slope * z))

    def _f6(self, x):
        z = self.R @ (scaling(10, self.dimension) * (self.Q @ (x - self.x_opt)))
        s = np.where(z * self.x_opt > 0, 100, 1)
        return float(t_osz(np.sum((s * z) ** 2)) ** 0.9)

    def _f7(self, x):
        hat = scaling(10, self.dimension) * (self.Q @ (x - self.x_opt))
        tilde = np.where(np.abs(hat) > 0.5, np.floor(0.5 + hat), np.floor(0.5 + 10 * hat) / 10)
        z = self.R @ tilde
        return float(0.1 * max(abs(hat[0]) / 1e4, 100**self.steps @ z**2) + penalty(x))

    def _prepare8(self, seed):
        self.x_opt = 0.75 * self.x_opt

    def _f8(self, x):
        return rosenbrock(self.factor * (x - self.x_opt) + 1)

    def _prepare9(self, seed):
        self.x_opt = self.Q.T @ np.full(self.dimension, 0.5) / self.factor

    def _f9(self, x):
        return rosenbrock(self.factor * (self.Q @ x) + 0.5)

    def _f10(self, x):
        return float(10 ** (6 * self.steps) @ t_osz(self.R @ (x - self.x_opt)) ** 2)

    def _f11(self, x):
        z = t_osz(self.R @ (x - self.x_opt))
        return float(z @ z + (1e6 - 1) * z[0] ** 2)

    def _prepare12(self, seed):
        self.x_opt = optimum(seed + 1000000, self.dimension)

    def _f12(self, x):
        z = self.R @ t_asy(self.R @ (x - self.x_opt), 0.5)
        return float(1e6 * (z @ z) - (1e6 - 1) * z[0] ** 2)

    def _f13(self, x):
        z = self.R @ (scaling(10, self.dimension) * (self.Q @ (x - self.x_opt)))
        return float(z[0] ** 2 + 100 * math.sqrt(z[1:] @ z[1:]))

    def _f14(self, x):
        z = self.R @ (x - self.x_opt)
        return math.sqrt(np.sum(np.abs(z) ** (2 + 4 * self.steps)))

    def _f15(self, x):
        z = t_asy(t_osz(self.R @ (x - self.x_opt)), 0.2)
        return rastrigin(self.R @ (scaling(10, self.dimension) * (self.Q @ z)))

    def _f16(self, x):
        z = self.R @ (scaling(0.01, self.dimension) * (self.Q @ t_osz(self.R @ (x - self.x_opt))))
        k = np.arange(12)
        waves = 0.5**k @ np.cos(2 * np.pi * 3.0 ** k[:, None] * (z[None, :] + 0.5))
        least = np.sum(0.5**k * np.cos(np.pi * 3.0**k))
        return float(10 * (np.mean(waves) - least) ** 3 + 10 / self.dimension * penalty(x))

    def _schaffers(self, x, alpha):
        z = scaling(alpha, self.dimension) * (self.Q @ t_asy(self.R @ (x - self.x_opt), 0.5))
        s = np.sqrt(z[:-1] ** 2 + z[1:] ** 2)
        return float(np.mean(np.sqrt(s) * (1 + np.sin(50 * s**0.2) ** 2)) ** 2 + 10 * penalty(x))

    def _f17(self, x):
        return self._schaffers(x, 10)

    def _f18(self, x):
        return self._schaffers(x, 1000)

    def _prepare19(self, seed):
        self.x_opt = self.Q.T @ np.full(self.dimension, 0.5) / self.factor

    def _f19(self, x):
        z = self.factor * (self.Q @ x) + 0.5
        s = 100 * (z[:-1] ** 2 - z[1:]) ** 2 + (z[:-1] - 1) ** 2
        return float(10 + 10 * np.mean(s / 4000 - np.cos(s)))

    def _prepare20(self, seed):
        self.sign = np.where(uniform(self.dimension, seed) < 0.5, -1.0, 1.0)
        self.x_opt = self.sign * 4.2096874637 / 2

    def _f20(self, x):
        twice = 2 * np.abs(self.x_opt)
        hat = 2 * self.sign * x
        z = hat.copy()
        z[1:] += 0.25 * (hat[:-1] - twice[:-1])
        z = 100 * (scaling(10, self.dimension) * (z - twice) + twice)
        mean = np.mean(z * np.sin(np.sqrt(np.abs(z)))) / 100
        return float(4.189828872724339 - mean + 100 * penalty(z / 100))

    def _peaks(self, seed, count, first_condition, width):
        last = count - 2
        order = np.argsort(uniform(count - 1, seed), kind="stable")
        conditions = np.concatenate([[first_condition], 1000.0 ** (order / last)])
        self.heights = np.concatenate([[10.0], 1.1 + 8 * np.arange(count - 1) / last])
        self.scales = np.stack(
            [
                c ** (np.argsort(uniform(self.dimension, seed + 1000 * i), kind="stable") / (self.dimension - 1) - 0.5)
                for i, c in enumerate(conditions)
            ]
        )
        centres = width * uniform(count * self.dimension, seed).reshape(count, self.dimension) - width / 2
        centres[0] *= 0.8
        self.x_opt = centres[0]
        self.centres = centres @ self.Q.T

    def _gallagher(self, x):
        distances = np.sum(self.scales * (self.Q @ x - self.centres) ** 2, axis=1)
        highest = np.max(self.heights * np.exp(-0.5 / self.dimension * distances))
        return float(t_osz(10 - highest) ** 2 + penalty(x))

    def _prepare21(self, seed):
        self._peaks(seed, 101, math.sqrt(1000), 10)

    def _f21(self, x):
        return self._gallagher(x)

    def _prepare22(self, seed):
        self._peaks(seed, 21, 1000, 9.8)

    def _f22(self, x):
        return self._gallagher(x)

    def _f23(self, x):
        z = self.R @ (scaling(100, self.dimension) * (self.Q @ (x - self.x_opt)))
        powers = 2.0 ** np.arange(1, 33)
        fractions = powers[None, :] * z[:, None]
        sums = np.sum(np.abs(fractions - np.floor(fractions + 0.5)) / powers, axis=1)
        product = np.prod((1 + np.arange(1, self.dimension + 1) * sums) ** (10 / self.dimension**1.2))
        return float(10 / self.dimension**2 * (product - 1) + penalty(x))

    def _prepare24(self, seed):
        self.sign = np.where(gauss(self.dimension, seed) < 0, -1.0, 1.0)
        self.x_opt = 1.25 * self.sign

    def _f24(self, x):
        d, mu0 = self.dimension, 2.5
        s = 1 - 1 / (2 * math.sqrt(d + 20) - 8.2)
        mu1 = -math.sqrt((mu0**2 - 1) / s)
        hat = 2 * self.sign * x
        z = self.R @ (scaling(100, d) * (self.Q @ (hat - mu0)))
        bowls = min(np.sum((hat - mu0) ** 2), d + s * np.sum((hat - mu1) ** 2))
        return float(bowls + 10 * (d - np.sum(np.cos(2 * np.pi * z))) + 1e4 * penalty(x))
