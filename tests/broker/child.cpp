#include "broker/child.h"

#include <gtest/gtest.h>
#include <poll.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

#include <array>
#include <csignal>

namespace avbrottsvakt::test {
namespace {

constexpr int kPatienceMs = 180'000;

}  // namespace

Child::Child(const std::vector<std::string>& command) {
  std::signal(SIGPIPE, SIG_IGN);
  std::array<int, 2> in{};
  std::array<int, 2> out{};
  EXPECT_EQ(pipe(in.data()), 0);
  EXPECT_EQ(pipe(out.data()), 0);
  std::vector<char*> arguments;
  for (const auto& word : command) arguments.push_back(const_cast<char*>(word.c_str()));
  arguments.push_back(nullptr);
  pid_ = fork();
  if (pid_ == 0) {
    prctl(PR_SET_PDEATHSIG, SIGKILL);
    dup2(in[0], STDIN_FILENO);
    dup2(out[1], STDOUT_FILENO);
    for (const int fd : {in[0], in[1], out[0], out[1]}) close(fd);
    execv(arguments[0], arguments.data());
    _exit(127);
  }
  close(in[0]);
  close(out[1]);
  to_ = in[1];
  from_ = out[0];
}

Child::~Child() {
  kill();
  close(to_);
  close(from_);
}

std::string Child::line() {
  std::array<char, 256> chunk{};
  while (buffer_.find('\n') == std::string::npos) {
    pollfd waiting{from_, POLLIN, 0};
    if (poll(&waiting, 1, kPatienceMs) != 1) return {};
    const auto size = read(from_, chunk.data(), chunk.size());
    if (size <= 0) return {};
    buffer_.append(chunk.data(), static_cast<std::size_t>(size));
  }
  const std::size_t end = buffer_.find('\n');
  std::string result = buffer_.substr(0, end);
  buffer_.erase(0, end + 1);
  return result;
}

void Child::write(const std::string& line) {
  const std::string text = line + "\n";
  EXPECT_EQ(::write(to_, text.data(), text.size()), static_cast<ssize_t>(text.size()));
}

void Child::send(int signal) { EXPECT_EQ(::kill(pid_, signal), 0); }

void Child::kill() {
  if (pid_ < 0) return;
  ::kill(pid_, SIGKILL);
  waitpid(pid_, nullptr, 0);
  pid_ = -1;
}

}  // namespace avbrottsvakt::test
