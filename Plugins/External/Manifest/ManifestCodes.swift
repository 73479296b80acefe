// SPDX-License-Identifier: EUPL-1.2

import Documents
import StageKit

/// The codes of what can be wrong with a manifest or a policy, beside those that pipelines share.
extension DiagnosticCode {
  static let missingKey: DiagnosticCode = "missing-key"
  static let unknownKey: DiagnosticCode = "unknown-key"
  static let badName: DiagnosticCode = "bad-name"
  static let noManifest: DiagnosticCode = "no-manifest"
  static let badVersion: DiagnosticCode = "bad-version"
  static let unknownProtocol: DiagnosticCode = "unknown-protocol"
  static let noCode: DiagnosticCode = "no-code"
  static let badParameter: DiagnosticCode = "bad-parameter"
  static let badPort: DiagnosticCode = "bad-port"
  static let badCommand: DiagnosticCode = "bad-command"
  static let badPolicy: DiagnosticCode = "bad-policy"
}
