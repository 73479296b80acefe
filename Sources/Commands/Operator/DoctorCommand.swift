// SPDX-License-Identifier: EUPL-1.2

import ArgumentParser
import Documents
import Foundation
import RunStore
import StageKit

/// `proeftuin doctor`: what the machine has and lacks.
struct DoctorCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "doctor", abstract: "Shows what this machine has and lacks.")

  @OptionGroup var store: StoreOptions
  @OptionGroup var answer: AnswerOptions

  func run() throws {
    let checks =
      [program, processors, memory, space, folder, secret]
      + Installation.current.machineChecks
    if answer.json {
      Terminal.answer(
        .array(
          checks.map {
            [
              "name": .string($0.name), "ok": .boolean($0.isFine), "detail": .string($0.detail),
              "help": JSONValue($0.help),
            ]
          }))
      return
    }
    for check in checks {
      Terminal.answer("\(check.isFine ? "ok  " : "note") \(check.name): \(check.detail)")
      if let help = check.help { Terminal.answer("     \(help)") }
    }
  }

  private var program: MachineCheck {
    let installation = Installation.current
    return MachineCheck(
      "program", isFine: true,
      detail: "proeftuin \(Installation.version), \(installation.catalog.stages.count) stages of "
        + installation.plugins.joined(separator: ", "), help: nil)
  }

  private var processors: MachineCheck {
    MachineCheck("processors", isFine: true, detail: "\(Machine.processorCount)", help: nil)
  }

  private var memory: MachineCheck {
    let bytes = ProcessInfo.processInfo.physicalMemory
    return MachineCheck("memory", isFine: true, detail: "\(bytes >> 20) MiB", help: nil)
  }

  private var space: MachineCheck {
    let values = try? URL(filePath: ".").resourceValues(forKeys: [.volumeAvailableCapacityKey])
    guard let bytes = values?.volumeAvailableCapacity else {
      return MachineCheck("disk", isFine: true, detail: "unknown", help: nil)
    }
    let isFine = bytes > 1 << 30
    return MachineCheck(
      "disk", isFine: isFine, detail: "\(bytes >> 20) MiB free here",
      help: isFine ? nil : "runs keep their tables: make room, or use --store on another disk")
  }

  private var folder: MachineCheck {
    do {
      guard let store = try Store.existing(at: store.location) else {
        return MachineCheck(
          "store", isFine: true, detail: "none yet at '\(self.store.location)'",
          help: "the first run makes it")
      }
      return MachineCheck("store", isFine: true, detail: "'\(store.path)' opens", help: nil)
    } catch {
      let fault = error as? StoreFault
      return MachineCheck(
        "store", isFine: false, detail: fault?.message ?? "it does not open",
        help: fault?.help)
    }
  }

  private var secret: MachineCheck {
    let isSet = secretValue("PROEFTUIN_PSEUDONYM_KEY") != nil
    return MachineCheck(
      "pseudonym key", isFine: isSet, detail: isSet ? "set" : "not set",
      help: isSet
        ? nil : "an intake with 'identifiers' needs PROEFTUIN_PSEUDONYM_KEY, 16 characters or more")
  }
}
