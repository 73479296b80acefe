// SPDX-License-Identifier: EUPL-1.2

/// A language with a helper of ours: one file that a plugin keeps beside its own.
enum StageLanguage: String, CaseIterable, Sendable {
  case python
  case r

  var fileName: String {
    switch self {
    case .python: "proeftuin.py"
    case .r: "proeftuin.R"
    }
  }

  /// The helper of this version.
  var bytes: [UInt8] {
    switch self {
    case .python: PackageResources.proeftuin_py
    case .r: PackageResources.proeftuin_R
    }
  }
}
