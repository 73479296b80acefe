// SPDX-License-Identifier: EUPL-1.2

/// Puts any number of entries in order with little memory: sorted runs on the disk, merged at the end.
struct SortedRuns<Entry: Comparable & BitwiseCopyable & Sendable>: Sendable {
  private let folder: String
  /// How many entries stay in memory.
  private let capacity: Int
  private var entries: [Entry] = []
  private var runs: [Range<Int>] = []
  private var file: SpoolFile?

  init(folder: String, capacity: Int) {
    self.folder = folder
    self.capacity = capacity
  }

  mutating func append(_ entry: Entry) throws(SpoolFault) {
    entries.append(entry)
    if entries.count >= capacity { try spill() }
  }

  /// Hands out all entries in ascending order.
  consuming func visit(_ body: (Entry) -> Void) throws(SpoolFault) {
    entries.sort()
    guard let file else {
      for entry in entries { body(entry) }
      return
    }
    if !entries.isEmpty { try spill() }
    var cursors: [RunCursor<Entry>] = []
    for run in runs { cursors.append(try RunCursor(file, run)) }
    var heap = RunHeap(cursors)
    while let entry = try heap.next() { body(entry) }
  }

  private mutating func spill() throws(SpoolFault) {
    entries.sort()
    let target: SpoolFile
    if let file { target = file } else { target = try SpoolFile(in: folder) }
    file = target
    let bytes = entries.withUnsafeBytes { Array($0) }
    runs.append(try target.append(bytes))
    entries.removeAll(keepingCapacity: true)
  }
}

/// Where the merging stands in one run.
private struct RunCursor<Entry: BitwiseCopyable> {
  private let file: SpoolFile
  private var rest: Range<Int>
  private var entries: [Entry] = []
  private var place = 0

  /// Entries that are read at a time.
  private static var blockEntries: Int { 4_096 }

  init(_ file: SpoolFile, _ range: Range<Int>) throws(SpoolFault) {
    self.file = file
    rest = range
    try fill()
  }

  /// The next entry; nil at the run's end.
  var entry: Entry? { place < entries.count ? entries[place] : nil }

  mutating func advance() throws(SpoolFault) {
    place += 1
    if place == entries.count { try fill() }
  }

  private mutating func fill() throws(SpoolFault) {
    let width = MemoryLayout<Entry>.stride
    let end = min(rest.upperBound, rest.lowerBound + Self.blockEntries * width)
    let bytes = try file.read(rest.lowerBound..<end)
    rest = end..<rest.upperBound
    place = 0
    entries = bytes.withUnsafeBytes { bytes in
      (0..<bytes.count / width).map {
        bytes.loadUnaligned(fromByteOffset: $0 * width, as: Entry.self)
      }
    }
  }
}

/// The runs by their next entries, the smallest on top.
private struct RunHeap<Entry: Comparable & BitwiseCopyable> {
  private var cursors: [RunCursor<Entry>]

  init(_ cursors: [RunCursor<Entry>]) {
    self.cursors = cursors.filter { $0.entry != nil }
    for place in stride(from: self.cursors.count / 2 - 1, through: 0, by: -1) { sink(place) }
  }

  mutating func next() throws(SpoolFault) -> Entry? {
    guard let entry = cursors.first?.entry else { return nil }
    try cursors[0].advance()
    if cursors[0].entry == nil {
      cursors[0] = cursors[cursors.count - 1]
      cursors.removeLast()
    }
    if !cursors.isEmpty { sink(0) }
    return entry
  }

  private mutating func sink(_ start: Int) {
    var place = start
    while true {
      var smallest = place
      for child in [2 * place + 1, 2 * place + 2] where child < cursors.count {
        if let left = cursors[child].entry, let right = cursors[smallest].entry, left < right {
          smallest = child
        }
      }
      if smallest == place { return }
      cursors.swapAt(place, smallest)
      place = smallest
    }
  }
}
