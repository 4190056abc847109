// The exit codes of plan, apply, resume, abort and rollback. Jenkins decides by them; docs/deployer/exit-codes.md tells
// users.
#pragma once

namespace longshore::deployer {

enum ExitCode {
  kOk = 0,               // done, or nothing to do
  kChanges = 2,          // plan: there is something to do
  kRefused = 10,         // preflight: nothing was touched
  kLocked = 11,          // another rollout is under way, or unfinished
  kCanaryFailed = 20,    // the first host failed and was rolled back; the others were not touched
  kStopped = 21,         // more hosts failed than the budget allows: stopped; failed ones were rolled back
  kAllRolledBack = 22,   // as configured, then everything was rolled back
  kPartly = 23,          // done, but hosts failed within the budget and were rolled back
  kRollbackFailed = 30,  // a host could be brought neither forward nor back: a person is needed
  kInterrupted = 40,     // told to stop: `resume` or `abort`
  kUsage = 64,
  kInternal = 70,
  kConfiguration = 78,
};

}  // namespace longshore::deployer
