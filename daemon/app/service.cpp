#include "app/service.h"

#include <systemd/sd-daemon.h>
#include <unistd.h>

#include <algorithm>
#include <boost/asio/executor_work_guard.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/signal_set.hpp>
#include <csignal>
#include <thread>

#include "app/system_clock.h"

namespace avbrottsvakt {
namespace {

/// A status is one line: what stands behind a line break would be taken for another word to the service manager.
std::string status_line(std::string status) {
  std::replace(status.begin(), status.end(), '\n', ' ');
  return "STATUS=" + status;
}

}  // namespace

ServiceManager::ServiceManager() {
  std::uint64_t microseconds = 0;
  if (sd_watchdog_enabled(0, &microseconds) > 0) {
    watchdog_ = std::chrono::duration_cast<Millis>(std::chrono::microseconds(microseconds));
  }
}

void ServiceManager::alive() const {
  std::string state = "WATCHDOG=1";
  if (watchdog_) {
    // Before it is ready the watchdog does not watch yet; the time that a start may take does, and restoring a large
    // state may take longer than any that could be stated. Afterwards this says nothing.
    state += "\nEXTEND_TIMEOUT_USEC=" + std::to_string(std::chrono::microseconds(*watchdog_).count());
  }
  sd_notify(0, state.c_str());
}

void ServiceManager::ready(const std::string& status) const {
  sd_notify(0, ("READY=1\n" + status_line(status)).c_str());
}

void ServiceManager::reloading() const {
  // The time tells a service manager that knows Type=notify-reload (253) which reload it is; Debian 12's has 252.
  sd_notify(0, ("RELOADING=1\nMONOTONIC_USEC=" + std::to_string(monotonic().count())).c_str());
}

void ServiceManager::status(const std::string& status) const { sd_notify(0, status_line(status).c_str()); }

Result<void> run_until_signalled(const std::function<Result<void>()>& body, const OnSignal& on_signal) {
  boost::asio::io_context context;
  boost::asio::signal_set stops(context, SIGTERM, SIGINT);
  boost::asio::signal_set reloads(context, SIGHUP);
  int received = 0;
  using Heard = std::function<void(const boost::system::error_code&, int)>;
  const Heard on_stop = [&](const boost::system::error_code& error, int number) {
    if (error) {
      return;
    }
    if (++received > 1) {
      _exit(128 + number);
    }
    sd_notify(0, "STOPPING=1");
    on_signal.stop();
    stops.async_wait(on_stop);
  };
  const Heard on_reload = [&](const boost::system::error_code& error, int) {
    if (error) {
      return;
    }
    // Who is being stopped is not made ready again.
    if (received == 0) {
      on_signal.reload();
    }
    reloads.async_wait(on_reload);
  };
  stops.async_wait(on_stop);
  reloads.async_wait(on_reload);

  Result<void> result;
  std::thread worker([&] {
    result = body();
    boost::asio::post(context, [&] {
      stops.cancel();
      reloads.cancel();
    });
  });
  context.run();
  worker.join();
  return result;
}

}  // namespace avbrottsvakt
