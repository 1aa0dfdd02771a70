import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import javax.xml.parsers.DocumentBuilderFactory;
import org.w3c.dom.Element;
import org.w3c.dom.NodeList;

/**
 * Reads surefire's reports: names what failed and what was skipped, and why, writes target/skipped.txt, and ends with the
 * line "N passed, N failed, N skipped". Exit status 1 if a test failed or none ran.
 */
final class Count {
    private static final int MAX_REASON = 300;

    private final List<String> failed = new ArrayList<>();
    private final List<String> skipped = new ArrayList<>();
    private int passed;

    public static void main(String[] reports) throws Exception {
        Count count = new Count();
        for (String report : reports) {
            count.add(Path.of(report));
        }
        System.exit(count.tell());
    }

    private void add(Path report) throws Exception {
        NodeList cases = DocumentBuilderFactory.newInstance()
                .newDocumentBuilder()
                .parse(report.toFile())
                .getElementsByTagName("testcase");
        for (int i = 0; i < cases.getLength(); i++) {
            Element test = (Element) cases.item(i);
            String name = test.getAttribute("classname") + "#" + test.getAttribute("name");
            Element what = what(test);
            if (what != null) {
                failed.add(name + "\t" + reason(what));
            } else if (test.getElementsByTagName("skipped").item(0) instanceof Element skip) {
                skipped.add(name + "\t" + skip.getAttribute("message").lines().findFirst().orElse(""));
            } else {
                passed++;
            }
        }
    }

    private static Element what(Element test) {
        NodeList failures = test.getElementsByTagName("failure");
        return (Element) (failures.getLength() > 0 ? failures : test.getElementsByTagName("error")).item(0);
    }

    /** In one line: the type, what it says, and where in the project. The end of a CI run may be all that is kept. */
    private static String reason(Element what) {
        String says = what.getAttribute("message").replaceAll("\\s+", " ").strip();
        String where = what.getTextContent()
                .lines()
                .map(String::strip)
                .filter(line -> line.startsWith("at io.gatun."))
                .findFirst()
                .orElse("");
        return what.getAttribute("type").replaceAll(".*\\.", "") + ": "
                + (says.length() <= MAX_REASON ? says : says.substring(0, MAX_REASON) + "...") + " " + where;
    }

    private int tell() throws IOException {
        skipped.forEach(name -> System.out.println("skipped: " + name.replace("\t", ": ")));
        failed.forEach(name -> System.out.println("FAILED: " + name.replace("\t", ": ")));
        Files.createDirectories(Path.of("target"));
        Files.write(Path.of("target/skipped.txt"), skipped);
        System.out.println(passed + " passed, " + failed.size() + " failed, " + skipped.size() + " skipped");
        return failed.isEmpty() && passed > 0 ? 0 : 1;
    }
}
