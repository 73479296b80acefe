// SPDX-License-Identifier: EUPL-1.2

/// How a file of SPSS, Stata or SAS is to be read.
public struct StatisticalFileOptions: Sendable, Hashable {
  /// nil goes by the ending of the file's name.
  public var format: StatisticalFileFormat?
  /// The encoding of the texts, such as `windows-1252`; nil believes the file.
  public var encoding: String?
  /// Texts that stand for a missing value: a value, or the label of one.
  ///
  /// One that spells a number stands for the number. What the file itself declares missing is missing
  /// anyway, and so is an empty text, which these formats cannot tell from none.
  public var missing: [String]
  /// Types of columns by name; the others follow from the file.
  public var columns: [String: ColumnType]

  public init(
    format: StatisticalFileFormat? = nil, encoding: String? = nil, missing: [String] = [""],
    columns: [String: ColumnType] = [:]
  ) {
    self.format = format
    self.encoding = encoding
    self.missing = missing
    self.columns = columns
  }
}
