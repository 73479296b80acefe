// SPDX-License-Identifier: EUPL-1.2

/// Values of one width beside each other, immutable and shared: a copy and a slice cost nothing.
///
/// The memory belongs to an owner, which lives as long as any buffer over it: an array that was handed
/// over, or a file that is mapped. Loops over a buffer are as fast as over an array.
public struct ColumnBuffer<Element: BitwiseCopyable & Sendable>: Sendable {
  // The compiler cannot see that nobody writes to the memory once a buffer is over it.
  @usableFromInline nonisolated(unsafe) let start: UnsafePointer<Element>
  public let count: Int
  @usableFromInline let owner: any AnyObject & Sendable

  /// Takes over an array without copying it.
  public init(_ array: [Element]) {
    let owner = ArrayOwner(array)
    self.init(start: owner.start, count: array.count, owner: owner)
  }

  /// Values that another object keeps in place.
  ///
  /// - Precondition: the memory is aligned for its values, and nobody changes it while the owner lives.
  init(_ values: UnsafeBufferPointer<Element>, owner: any AnyObject & Sendable) {
    guard let start = values.baseAddress, !values.isEmpty else {
      self.init([])
      return
    }
    self.init(start: start, count: values.count, owner: owner)
  }

  private init(
    start: UnsafePointer<Element>, count: Int, owner: any AnyObject & Sendable
  ) {
    self.start = start
    self.count = count
    self.owner = owner
  }

  /// A part of it, without copying.
  public func slice(_ range: Range<Int>) -> ColumnBuffer {
    precondition(range.lowerBound >= 0 && range.upperBound <= count, "a slice outside the buffer")
    return ColumnBuffer(start: start + range.lowerBound, count: range.count, owner: owner)
  }

  /// The values as an array: the one that was handed over, where the buffer is all of it.
  public var array: [Element] {
    if let owner = owner as? ArrayOwner<Element>, owner.elements.count == count {
      return owner.elements
    }
    return withUnsafeBufferPointer { Array($0) }
  }

  @inlinable
  public func withUnsafeBufferPointer<Result, Failure: Error>(
    _ body: (UnsafeBufferPointer<Element>) throws(Failure) -> Result
  ) throws(Failure) -> Result {
    defer { withExtendedLifetime(owner) {} }
    return try body(UnsafeBufferPointer(start: start, count: count))
  }

  @inlinable
  public func withUnsafeBytes<Result, Failure: Error>(
    _ body: (UnsafeRawBufferPointer) throws(Failure) -> Result
  ) throws(Failure) -> Result {
    defer { withExtendedLifetime(owner) {} }
    return try body(UnsafeRawBufferPointer(UnsafeBufferPointer(start: start, count: count)))
  }
}

/// Keeps an array in place.
///
/// The array is never changed, so the storage that its pointer leads to stays while the owner lives.
private final class ArrayOwner<Element: BitwiseCopyable & Sendable>: Sendable {
  let elements: [Element]

  init(_ elements: [Element]) { self.elements = elements }

  /// An empty array has storage too: the runtime's common one.
  var start: UnsafePointer<Element> {
    elements.withUnsafeBufferPointer { values in
      values.baseAddress
        ?? UnsafePointer(bitPattern: MemoryLayout<Element>.alignment).unsafelyUnwrapped
    }
  }
}

extension ColumnBuffer: RandomAccessCollection {
  @inlinable public var startIndex: Int { 0 }
  @inlinable public var endIndex: Int { count }

  @inlinable public subscript(position: Int) -> Element {
    precondition(position >= 0 && position < count, "a row outside the column")
    return start[position]
  }

  @inlinable
  public func withContiguousStorageIfAvailable<Result>(
    _ body: (UnsafeBufferPointer<Element>) throws -> Result
  ) rethrows -> Result? {
    defer { withExtendedLifetime(owner) {} }
    return try body(UnsafeBufferPointer(start: start, count: count))
  }
}

extension ColumnBuffer: Equatable where Element: Equatable {
  public static func == (left: ColumnBuffer, right: ColumnBuffer) -> Bool {
    guard left.count == right.count else { return false }
    if left.start == right.start { return true }
    return left.elementsEqual(right)
  }
}

extension ColumnBuffer: Hashable where Element: Hashable {
  public func hash(into hasher: inout Hasher) {
    hasher.combine(count)
    withUnsafeBytes { hasher.combine(bytes: $0) }
  }
}
