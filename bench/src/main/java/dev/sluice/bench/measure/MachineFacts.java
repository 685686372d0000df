package dev.sluice.bench.measure;

import com.sun.management.OperatingSystemMXBean;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * The machine a run was made on.
 *
 * @param cores processors that this program may use
 * @param memoryGibibytes physical memory, rounded
 * @param processor model name, or its architecture where the system does not tell
 * @param system kernel and its version
 * @param java version of the Java virtual machine
 * @param mysql version of the MySQL servers
 */
public record MachineFacts(
    int cores, long memoryGibibytes, String processor, String system, String java, String mysql) {

  /** Looks at this machine. */
  public static MachineFacts of(String mysqlVersion) {
    OperatingSystemMXBean bean =
        (OperatingSystemMXBean) ManagementFactory.getOperatingSystemMXBean();
    return new MachineFacts(
        Runtime.getRuntime().availableProcessors(),
        Math.round(bean.getTotalMemorySize() / (double) (1L << 30)),
        processorName(),
        System.getProperty("os.name") + " " + System.getProperty("os.version"),
        Runtime.version().toString(),
        mysqlVersion);
  }

  private static String processorName() {
    Path file = Path.of("/proc/cpuinfo");
    String fallback = System.getProperty("os.arch");
    if (!Files.isReadable(file)) {
      return fallback;
    }
    try (var lines = Files.lines(file)) {
      return lines
          .filter(line -> line.startsWith("model name"))
          .map(line -> line.substring(line.indexOf(':') + 1).strip())
          .findFirst()
          .orElse(fallback);
    } catch (IOException e) {
      return fallback;
    }
  }

  /** One line. */
  public String text() {
    return String.format(
        "%d cores (%s), %d GiB memory, %s, Java %s, MySQL %s",
        cores, processor, memoryGibibytes, system, java, mysql);
  }
}
