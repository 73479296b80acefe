// SPDX-License-Identifier: EUPL-1.2

/// How far a compressed file is trusted.
///
/// Memory is bounded by the window alone, since what is decompressed is handed on piece by piece. But
/// the columns that are made of it grow with it, so that a few KiB could fill a machine: what becomes
/// more than `size` bytes may not be more than `ratio` times the compressed. Tables of people reach 5
/// to 50 times, and one that repeats a single line may reach 1,000 as long as it stays below `size`.
package struct CompressionLimits: Sendable {
  /// The base-2 logarithm of the most memory that a zstd frame may refer back to: 128 MiB.
  package var windowLog: Int32 = 27
  package var size = 1 << 30
  package var ratio = 1_000

  package init() {}
}
