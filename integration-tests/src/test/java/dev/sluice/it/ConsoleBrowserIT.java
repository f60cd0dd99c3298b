package dev.sluice.it;

import static org.assertj.core.api.Assertions.assertThat;

import java.awt.image.BufferedImage;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.URI;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import javax.imageio.IIOImage;
import javax.imageio.ImageIO;
import javax.imageio.ImageWriteParam;
import javax.imageio.ImageWriter;
import javax.imageio.stream.MemoryCacheImageOutputStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

/**
 * The console in a real browser: what changes comes by itself, what visitors sent stays text, and it fits a phone and the dark. {@code
 * -Dsluice.docs.write=true} puts the line under load for some minutes, and takes the pictures in {@code docs/}.
 */
@ExtendWith(SharedLine.class)
class ConsoleBrowserIT {
    private static final Duration PATIENCE = Duration.ofMinutes(1);
    private static final boolean PICTURES = Boolean.getBoolean("sluice.docs.write");
    private static final int MOST_BYTES = 300_000;
    private static final int PICTURE_HEIGHT = 1_500;

    private static final String NASTY =
            "<img src=x onerror=\"globalThis.hacked=1;alert(1)\"><script>globalThis.hacked=1</script>";

    @TempDir
    Path folder;

    private Chromium browser;

    @BeforeEach
    void open() throws Exception {
        Path executable = Chromium.orSkip();
        browser = Chromium.start(executable, Files.createDirectory(folder.resolve("profile")), 1280, 900);
        browser.call("Runtime.enable", Map.of());
        browser.call("Log.enable", Map.of());
        browser.call("Emulation.setScrollbarsHidden", Map.of("hidden", true));
    }

    @AfterEach
    void close() {
        if (browser != null) {
            browser.close();
        }
    }

    private void openConsole(Line line) throws Exception {
        browser.open(URI.create("about:blank"));
        browser.open(ConsoleText.address(line));
        browser.waitFor("document.getElementById('connection').textContent === 'Live'");
    }

    private void window(int width, int height, boolean dark) throws Exception {
        browser.call(
                "Emulation.setDeviceMetricsOverride",
                Map.of("width", width, "height", height, "deviceScaleFactor", 1, "mobile", false));
        browser.call(
                "Emulation.setEmulatedMedia",
                Map.of("features", List.of(Map.of("name", "prefers-color-scheme", "value", dark ? "dark" : "light"))));
    }

    private static void pixel(Line line, String query) throws IOException {
        var connection = line.ingest("/i?p=web&tv=console&" + query).toURL().openConnection();
        connection.setRequestProperty(
                "User-Agent",
                "Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/139.0.0.0 Safari/537.36");
        connection.getInputStream().close();
    }

    private static String encoded(String value) {
        return URLEncoder.encode(value, StandardCharsets.UTF_8);
    }

    @Test
    void whatComesIn_isShownWithoutReloading(Line line) throws Exception {
        openConsole(line);
        browser.evaluate("String(globalThis.here = true)");
        for (int i = 0; i < 2; i++) {
            String title = "Come lately " + i;
            pixel(line, "e=pv&aid=console-live&url=http%3A%2F%2Fshop.example%2F" + i + "&page=" + encoded(title));
            browser.waitFor("document.getElementById('views').textContent.includes('" + title + "')");
        }
        browser.waitFor("document.querySelectorAll('.chart canvas').length === 2");
        assertThat(browser.evaluate("String(globalThis.here)")).isEqualTo("true");
        assertThat(browser.evaluate("document.title")).endsWith(" – Sluice console");
        assertThat(browser.complaints().all()).isEmpty();
        assertThat(browser.network().sent("GET", "http"))
                .as("nothing is asked for elsewhere")
                .allMatch(request -> request.url()
                        .startsWith("http://localhost:" + line.ports().loader() + "/console"));
    }

    @Test
    void whatVisitorsSent_staysText(Line line) throws Exception {
        openConsole(line);
        String nasty = encoded(NASTY);
        pixel(
                line,
                "e=pv&aid=" + encoded("<b>site") + "&url=" + encoded("http://x.example/" + NASTY) + "&page=" + nasty
                        + "&refr=" + encoded("http://y.example/?q=" + NASTY));
        pixel(line, "e=" + nasty + "&aid=" + encoded("<i>bad") + "&page=" + nasty);
        line.awaitCount("select count(*) from bad_events where site_id = '<i>bad'", 1, PATIENCE);
        browser.waitFor("document.getElementById('views').textContent.includes('onerror=\"globalThis.hacked')");
        browser.waitFor("document.getElementById('bad').textContent.includes('hacked')");
        // As it comes by events, and as it stands in the page.
        assertUnharmed();
        openConsole(line);
        assertThat(browser.evaluate("String(document.getElementById('bad').textContent.includes('hacked'))"))
                .isEqualTo("true");
        assertUnharmed();
    }

    private void assertUnharmed() throws Exception {
        assertThat(browser.evaluate("String(globalThis.hacked)")).isEqualTo("undefined");
        assertThat(browser.evaluate(
                        "String(document.querySelectorAll('main img, main script, tbody b, tbody i').length)"))
                .isEqualTo("0");
        assertThat(browser.complaints().all()).isEmpty();
    }

    /** The policy is no ornament: without it these would work. */
    @Test
    void whatAPageCouldBeMadeToDo_isRefused(Line line) throws Exception {
        openConsole(line);
        assertThat(browser.evaluate("fetch('http://127.0.0.1:" + line.ports().ingest()
                        + "/i?e=pv', { mode: 'no-cors' }).then(() => 'sent', () => 'refused')"))
                .isEqualTo("refused");
        browser.evaluate(
                "document.body.insertAdjacentHTML('beforeend', '<a id=inline onclick=\"globalThis.hacked=1\">x</a>'),"
                        + " document.getElementById('inline').click(), ''");
        assertThat(browser.evaluate("String(globalThis.hacked)")).isEqualTo("undefined");
        assertThat(browser.complaints().all()).anyMatch(complaint -> complaint.contains("Content Security Policy"));
    }

    @Test
    void withoutJavaScript_theNumbersAreThere(Line line) throws Exception {
        browser.call("Emulation.setScriptExecutionDisabled", Map.of("value", true));
        browser.call("Page.navigate", Map.of("url", ConsoleText.address(line).toString()));
        browser.waitFor(
                "document.readyState === 'complete' && document.querySelectorAll('#stages .number').length === 5");
        assertThat(browser.evaluate("document.getElementById('connection').textContent"))
                .isEmpty();
        assertThat(browser.evaluate("getComputedStyle(document.querySelector('.chart')).display"))
                .isEqualTo("none");
    }

    @Test
    void console_fitsAPhone_andTheDark(Line line) throws Exception {
        Launched sending = PICTURES ? load(line) : null;
        try (sending) {
            if (sending == null) {
                odd(line);
            }
            look(line);
            assertThat(sending == null || sending.isAlive())
                    .as("under load to the end")
                    .isTrue();
        }
    }

    private static void odd(Line line) throws Exception {
        pixel(
                line,
                "e=pv&aid=console-look&url=" + encoded("http://shop.example/" + "long-word".repeat(40)) + "&page="
                        + "W".repeat(300));
        line.awaitCount("select count(*) from page_views where site_id = 'console-look'", 1, PATIENCE);
    }

    private void look(Line line) throws Exception {
        window(1280, 900, false);
        openConsole(line);
        browser.waitFor("document.querySelectorAll('.chart canvas').length === 2");
        browser.waitFor("!document.getElementById('visits-note').textContent.includes('Not counted')");
        fits(1280);
        picture("console.png");
        contrasts();
        window(1280, 900, true);
        assertThat(browser.evaluate("getComputedStyle(document.body).backgroundColor"))
                .isEqualTo("rgb(16, 22, 29)");
        picture("console-dark.png");
        contrasts();
        window(360, 740, false);
        fits(360);
        picture("console-phone.png");
        for (int width : List.of(320, 500, 768, 1000, 1024, 1920)) {
            window(width, 900, false);
            fits(width);
        }
        assertThat(browser.complaints().all()).isEmpty();
    }

    /** Nothing has to be scrolled sideways but a table in its own frame. */
    private void fits(int width) throws Exception {
        browser.waitFor("innerWidth === " + width);
        assertThat(browser.evaluate("String(document.documentElement.scrollWidth)"))
                .isEqualTo(String.valueOf(width));
    }

    /** Every text against what lies behind it, the worst of news included: 4.5 to 1, as WCAG asks of small text. */
    private void contrasts() throws Exception {
        assertThat(browser.evaluate("""
                        (() => {
                          const parts = colour => colour.match(/[\\d.]+/g).map(Number);
                          const light = colour => parts(colour).slice(0, 3).map(c => c / 255)
                              .map(c => c <= 0.04045 ? c / 12.92 : ((c + 0.055) / 1.055) ** 2.4)
                              .reduce((sum, c, i) => sum + c * [0.2126, 0.7152, 0.0722][i], 0);
                          const behind = element => {
                            const colour = getComputedStyle(element).backgroundColor;
                            const clear = parts(colour)[3] === 0;
                            return clear && element.parentElement ? behind(element.parentElement) : colour;
                          };
                          const verdict = document.getElementById('verdict');
                          for (const tone of ['good', 'late', 'bad', 'unknown']) {
                            const other = verdict.cloneNode(true);
                            other.className = 'verdict added ' + tone;
                            document.querySelector('main').append(other);
                          }
                          const texts = [...document.querySelectorAll('body *')].filter(element =>
                              [...element.childNodes].some(node => node.nodeType === 3 && node.data.trim()));
                          const poor = texts.filter(element => {
                            const [a, b] = [light(getComputedStyle(element).color), light(behind(element))].sort((x, y) => y - x);
                            return (a + 0.05) / (b + 0.05) < 4.5;
                          });
                          document.querySelectorAll('.added').forEach(element => element.remove());
                          return texts.length < 50 ? 'no texts' : poor.map(element => element.outerHTML.slice(0, 120)).join(', ');
                        })()""")).isEmpty();
    }

    /** The upper part, which says what the page is; the tests of this class look at all of it. */
    private void picture(String name) throws Exception {
        int height = Integer.parseInt(browser.evaluate("String(document.documentElement.scrollHeight)"));
        int width = Integer.parseInt(browser.evaluate("String(innerWidth)"));
        var clip = Map.of("x", 0, "y", 0, "width", width, "height", Math.min(height, PICTURE_HEIGHT), "scale", 1);
        byte[] shot = Base64.getDecoder()
                .decode(browser.call(
                                "Page.captureScreenshot",
                                Map.of("format", "png", "captureBeyondViewport", true, "clip", clip))
                        .path("data")
                        .asString());
        byte[] png = pressed(shot);
        assertThat(png.length).as(name).isBetween(10_000, MOST_BYTES);
        Path to = PICTURES ? Launched.root().resolve("docs") : Path.of("target");
        Files.write(to.resolve(name), png);
    }

    /** The same picture in a fifth fewer bytes: Chromium is in a hurry. */
    private static byte[] pressed(byte[] png) throws IOException {
        BufferedImage shot = ImageIO.read(new ByteArrayInputStream(png));
        ImageWriter writer = ImageIO.getImageWritersByFormatName("png").next();
        ImageWriteParam tight = writer.getDefaultWriteParam();
        tight.setCompressionMode(ImageWriteParam.MODE_EXPLICIT);
        tight.setCompressionQuality(0);
        var bytes = new ByteArrayOutputStream();
        try (var out = new MemoryCacheImageOutputStream(bytes)) {
            writer.setOutput(out);
            writer.write(null, new IIOImage(shot, null, null), tight);
        } finally {
            writer.dispose();
        }
        return bytes.toByteArray();
    }

    /** Some minutes of a shop's afternoon; it goes on for another. */
    private static Launched load(Line line) throws Exception {
        Launched sending = line.start(
                "send",
                "--generate",
                "140000",
                "--rate",
                "300",
                "--site-id",
                "shop",
                "--to",
                line.ingest("").toString());
        for (int i = 0; i < 12; i++) {
            pixel(line, "e=se&aid=shop&se_ca=cart&se_va=" + encoded("1,50 €"));
            pixel(line, "e=checkout&aid=shop&page=" + encoded("Checkout – step " + i));
            Thread.sleep(Duration.ofSeconds(30));
        }
        return sending;
    }
}
