#pragma once

// Outputs as messages, both ways. Includes generated Protobuf: only .cpp files of wire/ include it.

#include "avbrottsvakt/v1/output.pb.h"
#include "model/output.h"
#include "wire/convert.h"

namespace avbrottsvakt::wire {

void put(const OutputHeader& from, v1::OutputHeader& to);
void put(const Alert& from, v1::Alert& to);
void put(const ActivationPrompt& from, v1::ActivationPrompt& to);
void put(const ReportPrompt& from, v1::ReportPrompt& to);
void put(const IncidentPicture& from, v1::Incident& to);

void take(const v1::Alert& from, Alert& to, Fault& fault);
void take(const v1::ActivationPrompt& from, ActivationPrompt& to, Fault& fault);
void take(const v1::ReportPrompt& from, ReportPrompt& to, Fault& fault);
void take(const v1::Incident& from, IncidentPicture& to, Fault& fault);

/// "": never was or is not known; "never": does not come as things stand; else RFC 3339.
std::string put_instant(Instant at);

}  // namespace avbrottsvakt::wire
