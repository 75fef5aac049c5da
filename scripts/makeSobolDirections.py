"""Writes src/engine/numeric/sobolDirections.ts: direction numbers of Sobol sequences, packed.

    pip install scipy && python scripts/makeSobolDirections.py

The numbers are those of S. Joe and F. Y. Kuo, "Constructing Sobol sequences with better two-dimensional projections",
SIAM J. Sci. Comput. 30 (2008), the file new-joe-kuo-6.21201, as they come with SciPy.
"""
import base64
import os
import numpy
import scipy.stats

DIMENSIONS = 1111  # all polynomials up to degree 13

LICENCE = """
Licence pertaining to sobol.cc and the accompanying sets of direction numbers

Copyright (c) 2008, Frances Y. Kuo and Stephen Joe
All rights reserved.

Redistribution and use in source and binary forms, with or without
modification, are permitted provided that the following conditions are met:

    * Redistributions of source code must retain the above copyright
      notice, this list of conditions and the following disclaimer.

    * Redistributions in binary form must reproduce the above copyright
      notice, this list of conditions and the following disclaimer in the
      documentation and/or other materials provided with the distribution.

    * Neither the names of the copyright holders nor the names of the
      University of New South Wales and the University of Waikato
      and its contributors may be used to endorse or promote products derived
      from this software without specific prior written permission.

THIS SOFTWARE IS PROVIDED BY THE COPYRIGHT HOLDERS ``AS IS'' AND ANY
EXPRESS OR IMPLIED WARRANTIES, INCLUDING, BUT NOT LIMITED TO, THE IMPLIED
WARRANTIES OF MERCHANTABILITY AND FITNESS FOR A PARTICULAR PURPOSE ARE
DISCLAIMED. IN NO EVENT SHALL THE COPYRIGHT HOLDERS BE LIABLE FOR ANY
DIRECT, INDIRECT, INCIDENTAL, SPECIAL, EXEMPLARY, OR CONSEQUENTIAL DAMAGES
(INCLUDING, BUT NOT LIMITED TO, PROCUREMENT OF SUBSTITUTE GOODS OR SERVICES;
LOSS OF USE, DATA, OR PROFITS; OR BUSINESS INTERRUPTION) HOWEVER CAUSED AND
ON ANY THEORY OF LIABILITY, WHETHER IN CONTRACT, STRICT LIABILITY, OR TORT
(INCLUDING NEGLIGENCE OR OTHERWISE) ARISING IN ANY WAY OUT OF THE USE OF THIS
SOFTWARE, EVEN IF ADVISED OF THE POSSIBILITY OF SUCH DAMAGE.
"""

stored = numpy.load(os.path.join(os.path.dirname(scipy.stats.__file__), '_sobol_direction_numbers.npz'))
bits = []


def put(value, width):
    bits.extend(value >> k & 1 for k in range(width))


counts = {}
for dimension in range(1, DIMENSIONS):
    polynomial = int(stored['poly'][dimension])
    degree = polynomial.bit_length() - 1
    counts[degree] = counts.get(degree, 0) + 1
    put(polynomial >> 1 & (1 << degree - 1) - 1, degree - 1)  # the first and last coefficients are 1
    for k in range(1, degree + 1):
        m = int(stored['vinit'][dimension][k - 1])
        assert m & 1 and m < 1 << k
        put(m >> 1, k - 1)

packed = bytes(sum(bit << k for k, bit in enumerate(bits[i:i + 8])) for i in range(0, len(bits), 8))
text = base64.b64encode(packed).decode()
lines = ' +\n'.join(f"  '{text[i:i + 100]}'" for i in range(0, len(text), 100))
licence = '\n'.join(f'// {line}'.rstrip() for line in LICENCE.strip().splitlines())
degrees = ', '.join(str(counts[d]) for d in sorted(counts))
with open(os.path.join(os.path.dirname(__file__), '../src/engine/numeric/sobolDirections.ts'), 'w') as out:
    out.write(f'''// Made by scripts/makeSobolDirections.py from Joe and Kuo's numbers (2008); not to be edited.
//
{licence}

/** How many dimensions after the first have a polynomial of degree 1, 2, …. */
export const degreeCounts = [{degrees}];

/**
 * For each of these dimensions, bits from the lowest: the polynomial's inner coefficients (degree - 1 bits), then
 * (mₖ - 1)/2 in k - 1 bits for k from 1 to the degree. In base64.
 */
export const directionsBase64 =
{lines};
''')
