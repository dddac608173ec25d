#pragma once

#include <csignal>
#include <string>
#include <vector>

namespace avbrottsvakt::test {

/// Another process, spoken to in lines. It is killed with this object, or with this program.
class Child {
 public:
  explicit Child(const std::vector<std::string>& command);
  ~Child();
  Child(const Child&) = delete;
  Child& operator=(const Child&) = delete;

  /// The next line on its standard output, waiting at most three minutes. Empty: none came, or it has ended.
  std::string line();
  void write(const std::string& line);
  void send(int signal);
  /// SIGKILL, and waits until it is gone.
  void kill();

 private:
  int pid_ = -1;
  int to_ = -1;
  int from_ = -1;
  std::string buffer_;
};

}  // namespace avbrottsvakt::test
