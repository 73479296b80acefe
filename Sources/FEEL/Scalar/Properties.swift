// SPDX-License-Identifier: EUPL-1.2

/// What stands after a dot: a context's key, or a part of a date, time, duration or range.
enum Properties {
  static func value(
    _ name: String, of base: FEELValue, isStrict: Bool
  ) throws(FEELFault) -> FEELValue {
    switch base {
    case .null: return .null
    case .context(let context):
      if let value = context[name] { return value }
      guard isStrict else { return .null }
      throw .unknownName(name, known: context.keys)
    case .list(let elements):
      var values: [FEELValue] = []
      for element in elements {
        values.append(try value(name, of: element, isStrict: isStrict))
      }
      return .list(values)
    default:
      guard let value = part(name, of: base) else {
        throw FEELFault(.typeMismatch, "a \(base.kind) has no '\(name)'")
      }
      return value
    }
  }

  private static func part(_ name: String, of base: FEELValue) -> FEELValue? {
    switch base {
    case .date(let date): part(name, of: date)
    case .time(let time): part(name, of: time)
    case .dateTime(let moment): part(name, of: moment.date) ?? part(name, of: moment.time)
    case .daysTimeDuration(let duration): part(name, of: duration)
    case .yearsMonthsDuration(let duration):
      switch name {
      case "years": .integer(duration.months / 12)
      case "months": .integer(duration.months % 12)
      default: nil
      }
    case .range(let range):
      switch name {
      case "start": range.lower?.value ?? .null
      case "end": range.upper?.value ?? .null
      case "start included": .boolean(range.lower?.isIncluded ?? false)
      case "end included": .boolean(range.upper?.isIncluded ?? false)
      default: nil
      }
    default: nil
    }
  }

  private static func part(_ name: String, of date: FEELDate) -> FEELValue? {
    switch name {
    case "year": .integer(date.year)
    case "month": .integer(date.month)
    case "day": .integer(date.day)
    case "weekday": .integer(date.weekday)
    default: nil
    }
  }

  private static func part(_ name: String, of time: FEELTime) -> FEELValue? {
    switch name {
    case "hour": .integer(time.hour)
    case "minute": .integer(time.minute)
    case "second": .number(seconds(time.nanosecond % 60_000_000_000))
    case "time offset":
      time.offset
        .flatMap { DaysTimeDuration(nanoseconds: Int128($0) * 1_000_000_000) }
        .map { .daysTimeDuration($0) } ?? .null
    case "timezone": time.zone.map { .text($0.name) } ?? .null
    default: nil
    }
  }

  private static func part(_ name: String, of duration: DaysTimeDuration) -> FEELValue? {
    let parts = duration.parts
    return switch name {
    case "days": .integer(parts.days)
    case "hours": .integer(parts.hours)
    case "minutes": .integer(parts.minutes)
    case "seconds": .number(seconds(Int64(duration.nanoseconds % 60_000_000_000)))
    default: nil
    }
  }

  /// Nanoseconds as seconds with their fraction.
  private static func seconds(_ nanoseconds: Int64) -> Decimal128 {
    Decimal128(scaled: nanoseconds, scale: 9)
  }
}
