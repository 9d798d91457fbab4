/* XML that a host should not send. */
#include "observe/winrm/xml_document.h"

#include "base/strbuf.h"
#include "unit/cmocka_unit.h"

#include <string.h>

static const char *problem_of(const char *xml)
{
    const char *problem = NULL;
    AUTO(xml_document) xmlDoc *document = xml_document_parse(xml, strlen(xml), &problem);

    return document ? "none" : problem;
}

static void hostile_documents_are_refused(void **state)
{
    static const struct {
        const char *xml, *problem;
    } cases[] = {
        {"<a>fine<!-- c --><?p i?><![CDATA[<]]>&#65;</a>", "none"},
        {"", "the answer is no XML"},
        {"<a>", "the answer is no XML"},
        {"HTTP", "the answer is no XML"},
        {"<a>\x01</a>", "the answer is no XML"},
        {"<a>\xff</a>", "the answer is no XML"},
        {"<!DOCTYPE a><a/>", "the answer has a DTD"},
        {"<!DOCTYPE a SYSTEM \"http://127.0.0.1:1/x.dtd\"><a/>", "the answer has a DTD"},
        {"<!DOCTYPE a [<!ENTITY x \"y\"><!ENTITY z \"&x;&x;\">]><a b=\"&z;\">&z;</a>",
         "the answer has a DTD"},
        {"<!DOCTYPE a [<!ENTITY % p SYSTEM \"file:///etc/passwd\">%p;]><a/>", "the answer has a DTD"},
    };

    (void)state;
    for (size_t i = 0; i < COUNT(cases); i++)
        assert_string_equal(problem_of(cases[i].xml), cases[i].problem);
}

static void nesting_has_an_end(void **state)
{
    static const int depths[] = {XML_MAX_DEPTH, XML_MAX_DEPTH + 1, 100000};
    static const char *const problems[] = {"none", "the answer is nested too deeply", "the answer is no XML"};

    (void)state;
    for (size_t d = 0; d < COUNT(depths); d++) {
        AUTO(strbuf) struct strbuf xml = STRBUF_INIT;

        for (int i = 0; i < depths[d]; i++)
            strbuf_add(&xml, "<a>");
        for (int i = 0; i < depths[d]; i++)
            strbuf_add(&xml, "</a>");
        assert_string_equal(problem_of(strbuf_text(&xml)), problems[d]);
    }
}

static void elements_have_a_number(void **state)
{
    static const int counts[] = {XML_MAX_ELEMENTS - 1, XML_MAX_ELEMENTS};
    static const char *const problems[] = {"none", "the answer has too many elements"};

    (void)state;
    for (size_t c = 0; c < COUNT(counts); c++) {
        AUTO(strbuf) struct strbuf xml = STRBUF_INIT;

        strbuf_add(&xml, "<a>");
        for (int i = 0; i < counts[c]; i++)
            strbuf_add(&xml, "<b/>");
        strbuf_add(&xml, "</a>");
        assert_string_equal(problem_of(strbuf_text(&xml)), problems[c]);
    }
}

static void elements_are_found_by_local_name(void **state)
{
    static const char xml[] =
        "<x:a xmlns:x='urn:x'><b><x:C k=' v '> t<d>e</d>\n</x:C></b><C>second</C></x:a>";
    AUTO(arena) struct arena *arena = arena_new();
    const char *problem;
    AUTO(xml_document) xmlDoc *document = xml_document_parse(xml, strlen(xml), &problem);
    xmlNode *top = xmlDocGetRootElement(document);

    (void)state;
    assert_string_equal(node_text(arena, node_find(top, "c")), "te");
    assert_string_equal(node_text(arena, node_child(top, "c")), "second");
    assert_string_equal(node_attribute(arena, node_find(top, "C"), "k"), "v");
    assert_null(node_attribute(arena, node_find(top, "C"), "K"));
    assert_null(node_find(top, "a"));
    assert_null(node_text(arena, node_child(node_child(top, "no"), "no")));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(hostile_documents_are_refused),
        cmocka_unit_test(nesting_has_an_end),
        cmocka_unit_test(elements_have_a_number),
        cmocka_unit_test(elements_are_found_by_local_name),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
