// SPDX-License-Identifier: EUPL-1.2

public import Documents
import StageKit

/// The codes of what can be wrong with a pipeline; the reference page lists them all.
extension DiagnosticCode {
  public static let notAPipeline: DiagnosticCode = "not-a-pipeline"
  public static let missingKey: DiagnosticCode = "missing-key"
  public static let unknownKey: DiagnosticCode = "unknown-key"
  public static let badName: DiagnosticCode = "bad-name"
  public static let badReference: DiagnosticCode = "bad-reference"
  public static let unknownStage: DiagnosticCode = "unknown-stage"
  public static let unknownPort: DiagnosticCode = "unknown-port"
  public static let unknownReference: DiagnosticCode = "unknown-reference"
  public static let missingInput: DiagnosticCode = "missing-input"
  public static let ambiguousReference: DiagnosticCode = "ambiguous-reference"
  public static let wrongPortKind: DiagnosticCode = "wrong-port-kind"
  public static let tooManyInputs: DiagnosticCode = "too-many-inputs"
  public static let cycle: DiagnosticCode = "cycle"
  public static let unknownColumn: DiagnosticCode = "unknown-column"
  public static let reservedColumn: DiagnosticCode = "reserved-column"
  public static let badInterpolation: DiagnosticCode = "bad-interpolation"
  public static let secretOutsideSecret: DiagnosticCode = "secret-outside-secret"
  public static let badFanOut: DiagnosticCode = "bad-fan-out"
  public static let missingSeed: DiagnosticCode = "missing-seed"
  public static let stageFault: DiagnosticCode = "stage-fault"
  public static let badSetting: DiagnosticCode = "bad-setting"
  public static let missingColumn: DiagnosticCode = "missing-column"
  public static let wrongColumnType: DiagnosticCode = "wrong-column-type"
  public static let unknownPlugin: DiagnosticCode = "unknown-plugin"
  public static let pluginVersion: DiagnosticCode = "plugin-version"
  public static let pluginNameTaken: DiagnosticCode = "plugin-name-taken"
  public static let pluginChanged: DiagnosticCode = "plugin-changed"
  public static let pluginNotLocked: DiagnosticCode = "plugin-not-locked"
  public static let pluginTwice: DiagnosticCode = "plugin-twice"
  public static let networkNotGranted: DiagnosticCode = "network-not-granted"
  public static let badLock: DiagnosticCode = "bad-lock"
}
