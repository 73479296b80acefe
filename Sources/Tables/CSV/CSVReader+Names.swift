// SPDX-License-Identifier: EUPL-1.2

extension CSVReader {
  /// The columns' names, from the beginning of the file: cheap whatever the file's size.
  ///
  /// - Throws: `CSVFault` with lines and column names, and never a value.
  public func columnNames(path: String) throws(CSVFault) -> [String] {
    let source = try CSVSource(path: path, encoding: options.encoding)
    let opening = try source.opening()
    if opening.isEmpty { throw .empty }
    if opening.starts(with: [0xFF, 0xFE]) || opening.starts(with: [0xFE, 0xFF]) { throw .utf16 }
    do throws(CSVHalt) {
      let head = try CSVHead(source, options)
      if let fault = head.checkNames(options) { throw CSVHalt.fault(fault) }
      return head.names
    } catch {
      throw error.fault(in: source, names: [])
    }
  }
}
