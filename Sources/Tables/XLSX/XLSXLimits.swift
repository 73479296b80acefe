// SPDX-License-Identifier: EUPL-1.2

/// How much a workbook may unfold to before it is taken for an attack.
package struct XLSXLimits: Sendable {
  /// Bytes of XML that are unpacked in all.
  package var expandedBytes = 4 << 30
  /// How many times a part may be as large as it is packed, once it exceeds `ratioFloor`.
  ///
  /// A sheet of 100,000 mixed rows unfolds to 6 times its packed size; deflate ends at 1,032.
  package var ratio = 400
  package var ratioFloor = 16 << 20
  package var cells = 30_000_000
  /// How many cells a table may have of which more than 99 in 100 are empty: half a GiB of numbers.
  package var sparseCells = 1 << 26
  /// How many texts the cells may refer to.
  package var texts = 30_000_000
  /// Bytes of a part that is neither a sheet nor texts, such as the list of sheets or the styles.
  package var listBytes = 64 << 20
  /// How deep elements may lie in each other; a workbook needs about ten levels.
  package var nesting = 256
  /// Bytes of one tag with its attributes, or of a comment: what the parser has to hold whole.
  package var markupBytes = 1 << 20
  /// Bytes of the texts of all text cells, each counted where it stands.
  package var textBytes = 2 << 30
  /// Bytes of one cell's text; Excel itself ends at 32,767 characters.
  package var cellTextBytes = 1 << 20

  package init() {}
}
