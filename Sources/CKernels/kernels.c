// SPDX-License-Identifier: EUPL-1.2
#include "CKernels.h"

// The loader picks the widest form that the processor has.
#if defined(__x86_64__) && defined(__linux__)
#define WIDE __attribute__((target_clones("arch=x86-64-v4", "arch=x86-64-v3", "default")))
#else
#define WIDE
#endif

// Products and sums of unsigned numbers wrap around, those of signed ones must not.
#define WRAPPED(left, factor) ((uint64_t)(left) * (uint64_t)(factor))
// The bits of a number's magnitude, less one for a number below zero.
#define MAGNITUDE(value) ((uint64_t)((value) ^ ((value) >> 63)))

WIDE uint64_t kernel_scale(
    size_t count, const int64_t *restrict left, int64_t factor, int64_t constant,
    int64_t *restrict result) {
  uint64_t bits = 0;
  for (size_t row = 0; row < count; row++) {
    int64_t value = left[row];
    bits |= MAGNITUDE(value);
    result[row] = (int64_t)(WRAPPED(value, factor) + (uint64_t)constant);
  }
  return bits;
}

WIDE uint64_t kernel_sum(
    size_t count, const int64_t *restrict left, int64_t leftFactor, const int64_t *restrict right,
    int64_t rightFactor, int64_t *restrict result, uint64_t *rightBits) {
  uint64_t bits = 0, others = 0;
  for (size_t row = 0; row < count; row++) {
    int64_t value = left[row], other = right[row];
    bits |= MAGNITUDE(value);
    others |= MAGNITUDE(other);
    result[row] = (int64_t)(WRAPPED(value, leftFactor) + WRAPPED(other, rightFactor));
  }
  *rightBits = others;
  return bits;
}

WIDE uint64_t kernel_product(
    size_t count, const int64_t *restrict left, const int64_t *restrict right,
    int64_t *restrict result, uint64_t *rightBits) {
  uint64_t bits = 0, others = 0;
  for (size_t row = 0; row < count; row++) {
    int64_t value = left[row], other = right[row];
    bits |= MAGNITUDE(value);
    others |= MAGNITUDE(other);
    result[row] = (int64_t)WRAPPED(value, other);
  }
  *rightBits = others;
  return bits;
}

WIDE void kernel_larger(
    size_t count, const int64_t *restrict left, const int64_t *restrict right,
    int64_t *restrict result) {
  for (size_t row = 0; row < count; row++) {
    result[row] = left[row] > right[row] ? left[row] : right[row];
  }
}

WIDE void kernel_smaller(
    size_t count, const int64_t *restrict left, const int64_t *restrict right,
    int64_t *restrict result) {
  for (size_t row = 0; row < count; row++) {
    result[row] = left[row] < right[row] ? left[row] : right[row];
  }
}

WIDE void kernel_atleast(
    size_t count, const int64_t *restrict left, int64_t constant, int64_t *restrict result) {
  for (size_t row = 0; row < count; row++) {
    result[row] = left[row] > constant ? left[row] : constant;
  }
}

WIDE void kernel_atmost(
    size_t count, const int64_t *restrict left, int64_t constant, int64_t *restrict result) {
  for (size_t row = 0; row < count; row++) {
    result[row] = left[row] < constant ? left[row] : constant;
  }
}

// A bit of the mask as a number of all ones or all zeros.
#define SPREAD(word, bit) (-(int64_t)((word) >> (bit)&1))

#define CHOOSE(first, second)                                                         \
  size_t whole = count / 64;                                                          \
  for (size_t place = 0; place < whole; place++) {                                    \
    uint64_t word = mask[place];                                                      \
    for (size_t bit = 0; bit < 64; bit++) {                                           \
      size_t row = place * 64 + bit;                                                  \
      result[row] = (second) ^ (((first) ^ (second)) & SPREAD(word, bit));            \
    }                                                                                 \
  }                                                                                   \
  for (size_t row = whole * 64; row < count; row++) {                                 \
    result[row] = (second) ^ (((first) ^ (second)) & SPREAD(mask[whole], row & 63)); \
  }

WIDE void kernel_choose(
    size_t count, const uint64_t *restrict mask, const int64_t *restrict left,
    const int64_t *restrict right, int64_t *restrict result) {
  CHOOSE(left[row], right[row])
}

WIDE void kernel_choose_constant(
    size_t count, const uint64_t *restrict mask, const int64_t *restrict left, int64_t constant,
    int64_t *restrict result) {
  CHOOSE(left[row], constant)
}

WIDE void kernel_choose_constants(
    size_t count, const uint64_t *restrict mask, int64_t left, int64_t right,
    int64_t *restrict result) {
  CHOOSE(left, right)
}

WIDE void kernel_classes(
    size_t count, const int64_t *restrict values, size_t edgeCount, const int64_t *restrict edges,
    int32_t *restrict result) {
  for (size_t start = 0; start < count; start += 1024) {
    size_t end = start + 1024 < count ? start + 1024 : count;
    for (size_t row = start; row < end; row++) result[row] = 0;
    for (size_t place = 0; place < edgeCount; place++) {
      int64_t edge = edges[place];
      for (size_t row = start; row < end; row++) {
        result[row] += (values[row] > edge) + (values[row] >= edge);
      }
    }
  }
}

// The quotient of doubles is at most one off, which the remainder tells. Larger magnitudes are cut, so
// that nothing here can overflow.
#define LARGEST 0xFFFFFFFFFFFFF
#define DIVIDE(name, grows)                                                       \
  WIDE uint64_t name(                                                             \
      size_t count, const int64_t *restrict left, int64_t divisor,                \
      int64_t *restrict result) {                                                 \
    uint64_t bits = 0;                                                            \
    double inverse = 1.0 / (double)divisor;                                       \
    for (size_t row = 0; row < count; row++) {                                    \
      int64_t value = left[row], sign = value >> 63;                              \
      bits |= MAGNITUDE(value);                                                   \
      int64_t magnitude = (int64_t)(MAGNITUDE(value) - (uint64_t)sign) & LARGEST; \
      int64_t quotient = (int64_t)((double)magnitude * inverse);                  \
      int64_t rest = magnitude - quotient * divisor;                              \
      int64_t off = (rest >= divisor) - (rest < 0);                               \
      quotient += off;                                                            \
      rest -= off * divisor;                                                      \
      quotient += (grows);                                                        \
      result[row] = (quotient ^ sign) - sign;                                     \
    }                                                                             \
    return bits;                                                                  \
  }

DIVIDE(kernel_divide_half_up, rest * 2 >= divisor)
DIVIDE(kernel_divide_half_even, (rest * 2 > divisor) | ((rest * 2 == divisor) & (quotient & 1)))
DIVIDE(kernel_divide_half_down, rest * 2 > divisor)
DIVIDE(kernel_divide_up, rest != 0)
DIVIDE(kernel_divide_down, 0)
DIVIDE(kernel_divide_floor, (rest != 0) & (sign & 1))
DIVIDE(kernel_divide_ceiling, (rest != 0) & (~sign & 1))
