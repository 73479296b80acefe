// SPDX-License-Identifier: EUPL-1.2
// Loops over 64-bit integers, each compiled for several generations of processors.
#ifndef CKERNELS_H
#define CKERNELS_H

#include <stddef.h>
#include <stdint.h>

// Results wrap around. A function that may overflow returns all bits that occur in the magnitudes of its
// operands, from which the caller knows whether one could have.

// result = left * factor + constant
uint64_t kernel_scale(
    size_t count, const int64_t *left, int64_t factor, int64_t constant, int64_t *result);

// result = left * leftFactor + right * rightFactor
uint64_t kernel_sum(
    size_t count, const int64_t *left, int64_t leftFactor, const int64_t *right,
    int64_t rightFactor, int64_t *result, uint64_t *rightBits);

// result = left * right
uint64_t kernel_product(
    size_t count, const int64_t *left, const int64_t *right, int64_t *result,
    uint64_t *rightBits);

// The larger or the smaller of two numbers.
void kernel_larger(size_t count, const int64_t *left, const int64_t *right, int64_t *result);
void kernel_smaller(size_t count, const int64_t *left, const int64_t *right, int64_t *result);
void kernel_atleast(size_t count, const int64_t *left, int64_t constant, int64_t *result);
void kernel_atmost(size_t count, const int64_t *left, int64_t constant, int64_t *result);

// result = bit of the mask ? left : right; the first bit is the lowest of the first word.
void kernel_choose(
    size_t count, const uint64_t *mask, const int64_t *left, const int64_t *right,
    int64_t *result);
void kernel_choose_constant(
    size_t count, const uint64_t *mask, const int64_t *left, int64_t constant, int64_t *result);
void kernel_choose_constants(
    size_t count, const uint64_t *mask, int64_t left, int64_t right, int64_t *result);

// result = twice the number of edges below a value, and one more where it is an edge; edges rise.
void kernel_classes(
    size_t count, const int64_t *values, size_t edgeCount, const int64_t *edges,
    int32_t *result);

// result = left / divisor, rounded as the function says; right where the magnitudes that it returns and
// the divisor, which is above zero, stay below 2 to the power 51.
uint64_t kernel_divide_half_up(
    size_t count, const int64_t *left, int64_t divisor, int64_t *result);
uint64_t kernel_divide_half_even(
    size_t count, const int64_t *left, int64_t divisor, int64_t *result);
uint64_t kernel_divide_half_down(
    size_t count, const int64_t *left, int64_t divisor, int64_t *result);
uint64_t kernel_divide_up(size_t count, const int64_t *left, int64_t divisor, int64_t *result);
uint64_t kernel_divide_down(size_t count, const int64_t *left, int64_t divisor, int64_t *result);
uint64_t kernel_divide_floor(size_t count, const int64_t *left, int64_t divisor, int64_t *result);
uint64_t kernel_divide_ceiling(
    size_t count, const int64_t *left, int64_t divisor, int64_t *result);

#endif
