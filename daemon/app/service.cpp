#include "app/service.h"

#include <systemd/sd-daemon.h>
#include <unistd.h>

#include <boost/asio/executor_work_guard.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/signal_set.hpp>
#include <csignal>
#include <thread>

namespace avbrottsvakt {

void notify_service_manager(const char* state) { sd_notify(0, state); }

Result<void> run_until_signalled(const std::function<Result<void>()>& body, const std::function<void()>& stop) {
  boost::asio::io_context context;
  boost::asio::signal_set signals(context, SIGTERM, SIGINT);
  int received = 0;
  std::function<void(const boost::system::error_code&, int)> on_signal = [&](const boost::system::error_code& error,
                                                                             int number) {
    if (error) {
      return;
    }
    if (++received > 1) {
      _exit(128 + number);
    }
    notify_service_manager("STOPPING=1");
    stop();
    signals.async_wait(on_signal);
  };
  signals.async_wait(on_signal);

  Result<void> result;
  std::thread worker([&] {
    result = body();
    boost::asio::post(context, [&] { signals.cancel(); });
  });
  context.run();
  worker.join();
  return result;
}

}  // namespace avbrottsvakt
