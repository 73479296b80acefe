// SPDX-License-Identifier: EUPL-1.2

/// The moments between which a crash leaves different things behind; tests stop the process at each.
enum StoreStep: String, Sendable, CaseIterable, Codable {
  case objectCreated
  case objectFlushed
  case objectMoved
  case objectSafe
  case stageRecorded
  case receiptStored
  case receiptRecorded
  case headWritten
  case forgottenRecorded
  case forgottenRemoved
}

typealias StepObserver = @Sendable (StoreStep) -> Void
