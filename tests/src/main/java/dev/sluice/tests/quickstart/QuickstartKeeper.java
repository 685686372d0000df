package dev.sluice.tests.quickstart;

import dev.sluice.tests.stack.JavaCommand;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.OutputStreamWriter;
import java.io.PrintWriter;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;

/**
 * The process behind {@code quickstart --keep}: it runs the quick start, tells the result to the
 * command that started it, and holds everything until it is ended (SIGTERM).
 */
public final class QuickstartKeeper {

  /** Begins the line that tells the exit code; cannot come in other output. */
  private static final String RESULT = "\u0001result ";

  private QuickstartKeeper() {}

  /**
   * Starts the keeper and prints what it says until it has a result; the keeper stays if that is
   * good.
   */
  static int runInBackground(Path home, int liveSeconds, PrintWriter out) throws IOException {
    List<String> command =
        new ArrayList<>(List.of("/bin/sh", "-c", "trap '' INT HUP; exec \"$@\"", "keeper"));
    command.addAll(
        JavaCommand.of(
            "-Xmx512m",
            "-Dsluice.home=" + home,
            "-Dfile.encoding=UTF-8",
            "-cp",
            JavaCommand.classPath(),
            QuickstartKeeper.class.getName(),
            Integer.toString(liveSeconds)));
    Process keeper =
        new ProcessBuilder(command)
            .redirectInput(Path.of("/dev/null").toFile())
            .redirectError(ProcessBuilder.Redirect.DISCARD)
            .start();
    Thread endKeeper = new Thread(keeper::destroy, "end-keeper");
    // Ctrl-C before the result ends the keeper too
    Runtime.getRuntime().addShutdownHook(endKeeper);
    int code = relay(keeper, out);
    if (code == 0) {
      Runtime.getRuntime().removeShutdownHook(endKeeper);
    }
    return code;
  }

  private static int relay(Process keeper, PrintWriter out) throws IOException {
    BufferedReader lines =
        new BufferedReader(new InputStreamReader(keeper.getInputStream(), StandardCharsets.UTF_8));
    for (String line = lines.readLine(); line != null; line = lines.readLine()) {
      if (line.startsWith(RESULT)) {
        return Integer.parseInt(line.substring(RESULT.length()));
      }
      out.println(line);
      out.flush();
    }
    return 1;
  }

  /** Argument: how many seconds the live writes last. */
  public static void main(String[] arguments) throws InterruptedException {
    PrintWriter out =
        new PrintWriter(new OutputStreamWriter(System.out, StandardCharsets.UTF_8), true);
    int code;
    try {
      code = run(Integer.parseInt(arguments[0]), out);
    } catch (Exception e) {
      out.println("quickstart failed: " + e.getMessage());
      code = 1;
    }
    out.println(RESULT + code);
    out.flush();
    if (code != 0) {
      System.exit(code);
    }
    new CountDownLatch(1).await();
  }

  private static int run(int liveSeconds, PrintWriter out) throws Exception {
    Steps steps = new Steps(out);
    // not closed on success: the stack and the server end with this process
    Quickstart quickstart =
        new Quickstart(dev.sluice.tests.stack.ProjectHome.find(), liveSeconds, steps);
    int code = quickstart.run();
    if (code == 0) {
      quickstart.describe();
      steps.say("everything stays up; end it with: kill %d", ProcessHandle.current().pid());
    } else {
      quickstart.close();
    }
    return code;
  }
}
