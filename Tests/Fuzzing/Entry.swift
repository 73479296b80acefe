// SPDX-License-Identifier: EUPL-1.2

import Foundation

// The program's main function is libFuzzer's own, which calls these two.

/// The kind of this process.
private let chosen: any FuzzedInput.Type = {
  let name = ProcessInfo.processInfo.environment["FUZZ_INPUT"] ?? ""
  guard let input = fuzzedInputs[name] else {
    let known = fuzzedInputs.keys.sorted().joined(separator: ", ")
    FileHandle.standardError.write(Data("FUZZ_INPUT names one of \(known)\n".utf8))
    exit(2)
  }
  return input
}()

/// Writes the seeds into the folder of inputs, where `FUZZ_SEEDS` names one.
@_cdecl("LLVMFuzzerInitialize")
public func initialize(
  _ count: UnsafeMutableRawPointer, _ arguments: UnsafeMutableRawPointer
) -> CInt {
  guard let folder = ProcessInfo.processInfo.environment["FUZZ_SEEDS"] else { return 0 }
  do {
    for (place, seed) in try chosen.seeds().enumerated() {
      try Data(seed).write(to: URL(filePath: folder).appending(path: "seed-\(place)"))
    }
    return 0
  } catch {
    FileHandle.standardError.write(Data("the seeds cannot be written: \(error)\n".utf8))
    exit(2)
  }
}

@_cdecl("LLVMFuzzerTestOneInput")
public func testOneInput(_ start: UnsafePointer<UInt8>?, _ count: Int) -> CInt {
  chosen.read(Array(UnsafeBufferPointer(start: start, count: count)))
  return 0
}
