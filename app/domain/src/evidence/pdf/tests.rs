//! Actions at opening and on other occasions, as writers of PDF and others write them.

use super::*;

#[track_caller]
fn acts(pdf: &str) {
    assert!(pdf_acts(pdf.as_bytes()), "{pdf}");
}

#[track_caller]
fn rests(pdf: &str) {
    assert!(!pdf_acts(pdf.as_bytes()), "{pdf}");
}

#[test]
fn scripts_programs_and_files() {
    for pdf in [
        "%PDF-1.7 1 0 obj <</S/JavaScript/JS(app.alert(1))>>",
        "<< /S /J#61vaScript >>",
        "<</JS 12 0 R>>",
        "<</J#53 <61> >>",
        "<</JS%remark\n(app.alert)>>",
        "<</S/Launch/F(cmd.exe)>>",
        "<</Names<</EmbeddedFiles 3 0 R>>>>",
        "<</AcroForm<</Fields[]/XFA[(template)5 0 R]>>>>",
        "<</AcroForm<</XFA 5 0 R>>>>",
        "<</A<</S/GoToR/F(\\\\evil\\s\\x.pdf)/D[0/Fit]>>>>",
        "<</A<</S/GoToE/F(x.pdf)/T<</R/C/N(y.pdf)>>>>>>",
    ] {
        acts(pdf);
    }
    for pdf in [
        "stream \u{1}/JS\u{2} endstream",
        "<</JSX 1>> <</LaunchPad 1>> /XFAB [] /XFA\u{2}",
        "stream /AA/AA1 /AA(x endstream",
    ] {
        rests(pdf);
    }
}

#[test]
fn at_opening_a_document_goes_to_a_place_and_no_further() {
    for pdf in [
        "<</OpenAction<</S/URI/URI(http://evil.example)>>>>",
        "<</OpenAction 4 0 R>> 4 0 obj <</S /Named /N /Print>> endobj",
        "<</OpenAction<</S/GoTo/D[3 0 R/Fit]/Next<</S/URI/URI(http://evil.example)>>>>>>",
        "<</OpenAction<</S/GoTo/N#65xt 9 0 R/D[3 0 R/Fit]>>>>",
        "<</OpenAction<</S/GoTo/D(a\\)>>)/Next[<</S/URI>>]>>>>",
        "<</OpenAction<</D<</S/GoTo>>/S/URI/URI(x)>>>>",
        "<</OpenAction<</S/GoTo/S/URI/URI(x)>>>>",
        "<</OpenAction<</S 5 0 R>>>> 5 0 obj /URI endobj",
        "<</OpenAction%a remark\r<</S/URI/URI(x)>>>>",
        "<</OpenAction<</S/GoTo/D[3 0 R/Fit]",
        "<</OpenAction<</D[3 0 R/Fit]>>>>",
    ] {
        acts(pdf);
    }
    for pdf in [
        "%PDF-1.7 <</Type/Catalog/OpenAction[3 0 R/Fit]>>",
        "<</Type/Catalog/OpenAction [ 1 0 R /XYZ null null 0 ]/Lang(zh-CN)>>",
        "<</OpenAction<</S/GoTo/D[3 0 R/XYZ null null 0]>>>>",
        "<< /OpenAction << /Type /Action /S /GoTo /D (a \\) (b) >>) /Next null >> >>",
        "<</OpenAction<</D<feff>/S/GoTo/SD[4 0 R<</K[1 .5 -2]>>]>>>>",
        "<</OpenAction null>>",
    ] {
        rests(pdf);
    }
}

#[test]
fn an_object_is_found_however_it_is_written() {
    for object in ["4  0 obj", "4\r\n0\tobj", "4\0 0\0obj", "0004 00000 obj", "4 0obj", "4 7 obj", "endobj4 0 obj%x\n"]
    {
        acts(&format!("<</OpenAction 4 0 R>> {object} <</S/URI/URI(http://evil.example)>> endobj"));
        rests(&format!("<</OpenAction 4 0 R>> {object} <</S/GoTo/D[3 0 R/Fit]>> endobj"));
    }
    acts("<</OpenAction 4 %x\n0\nR>> 4 0 obj <</S/URI>> endobj");
    // Saved twice: each of them counts.
    acts("<</OpenAction 4 0 R>> 4 0 obj [3 0 R/Fit] endobj 4 0 obj <</S/URI>> endobj");
    rests("<</OpenAction 4 0 R>> 14 0 obj <</S /URI>> endobj 4 0 obj [3 0 R /Fit] endobj");
    acts("<</OpenAction 4 0 R>> 4 0 obj 5 0 R endobj 5 0 obj <</S/URI>> endobj");
    // What is nowhere can only be packed.
    acts("<</OpenAction 9 0 R>>");
    rests("<</OpenAction 9 0 R>> 2 0 obj <</Type/ObjStm/N 3/First 20/Length 4>> stream xxxx endstream endobj");
}

#[test]
fn what_other_occasions_set_off_goes_to_a_place_too() {
    for pdf in [
        "<</Type/Page/AA<</O<</S/URI/URI(http://evil.example)>>>>>>",
        "<</AA<</C<</S/GoTo/D[3 0 R/Fit]>>/O<</S/URI/URI(x)>>>>>>",
        "<</#41A 7 0 R>> 7 0 obj <</O 8 0 R>> endobj 8  0 obj <</S/Named/N/Print>> endobj",
        "<</AA%x\n<</WC<</S/GoTo/Next 8 0 R>>>>>>",
        "<</AA 7 0 R>>",
        "<</AA 00000000000007 0 R>>",
    ] {
        acts(pdf);
    }
    for pdf in [
        "<</AA<<>>>>",
        "<</AA<</O<</S/GoTo/D[3 0 R/Fit]>>/C null>>>>",
        "<</AA 7 0 R>> 7 0 obj <</O 8 0 R>> endobj 8 0 obj <</S/GoTo/D[3 0 R/Fit]>> endobj",
        "<</AA null>>",
        // The name of a font.
        "<</Font<</AA 7 0 R>>>> 7 0 obj <</Type/Font/W[1 2]/D 9 0 R>> endobj 9 0 obj <</X 1>> endobj /AA 12 Tf",
        // Clicked by the reader; contents list with entries after each other.
        "<</Type/Annot/A<</S/URI/URI(http://www.example.org)>>>> <</Title(a)/Next 5 0 R/A<</S/GoTo>>>>",
    ] {
        rests(pdf);
    }
    let endless = format!("<</AA{}", "<</O".repeat(5_000));
    acts(&endless);
    acts("<</OpenAction 4 0 R>> 4 0 obj 4 0 R endobj 4 0 obj <</S/URI>>");
    let chain: Vec<_> = (4..9).map(|n| format!("{n} 0 obj {} 0 R endobj", n + 1)).collect();
    acts(&format!("<</OpenAction 4 0 R>> {} 9 0 obj [] endobj", chain.concat()));
}
